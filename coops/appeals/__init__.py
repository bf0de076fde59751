"""Appeal of a cooperative against a fact that was refused: somebody else looks again, within a term."""
