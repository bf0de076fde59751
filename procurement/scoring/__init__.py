"""Scoring formulas, exact: pure rules and the command that recomputes any score."""
