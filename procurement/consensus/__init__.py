"""What a panel agrees once everybody scored alone."""
