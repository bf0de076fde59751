"""Charges on local money: what conditions would do, and what lies still or lapses, carried out as one batch."""
