"""Lots: parts that add up, limits per bidder, who wins which lot, and who could bid on one."""
