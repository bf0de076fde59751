"""What one officer says to have seen of a supplier, until a second one saw it too: only then it is evidence."""
