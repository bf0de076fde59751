"""Cooperatives of which the programme can check nothing yet, for they gave no paper: who to ask."""
