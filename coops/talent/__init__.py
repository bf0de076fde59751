"""Residents who put themselves forward: as little as a founding group needs, for as long as they want."""
