"""The daily watch over what may be issued: a count that is missing or short, a stop rule; and who lets it go on."""
