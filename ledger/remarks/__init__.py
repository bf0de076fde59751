"""What is said before a figure is signed: nothing in it stops the signature."""
