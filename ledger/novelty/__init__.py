"""Whether local suppliers are new here, newly reached, or were there all along (attack 16)."""
