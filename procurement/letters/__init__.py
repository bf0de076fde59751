"""The award letter as a document: legal text in Dutch, with a summary in plain words on top."""
