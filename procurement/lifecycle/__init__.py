"""Costs over the whole life of what is bought (Directive 2014/24, art. 68; Aanbestedingswet 2.115a)."""
