"""Double-entry books: every account in one party's set of books, every movement whole."""
