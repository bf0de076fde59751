"""Organisations that bid together, and who works for a bidder: members, shares, signatures, subcontractors."""
