"""Gemeenten around the area, by postcode: for figures of the areas the own one is nested in."""
