"""What the founders of an initiative decide with its coach: whom they let in, and whether it stops."""
