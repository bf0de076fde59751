"""Another in the place of who lends its means to a winner: asked for, named, stated anew, checked by the buyer."""
