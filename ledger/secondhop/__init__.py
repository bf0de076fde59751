"""Which part of what is spent lands in the area one payment further."""
