"""What is kept about people, own copies, erasure, clearing up."""
