"""Long work on files of purchase lines, done by the worker: read, book, take back; and how far it is."""
