"""Files that people hand over: their names, what is inside, and how they are locked at rest."""
