"""Tables in files of any kind, as rows of text."""
