"""Making up a missing or unclear formal paper, or explaining a slip, after the opening (Aanbestedingswet 2.55)."""
