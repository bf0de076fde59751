"""Demands on bidders in a draft: written, advised on, counted against the register, explained."""
