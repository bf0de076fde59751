"""Targets of a four-year programme, per anchor and for all: a second person agrees, the lower bound is judged."""
