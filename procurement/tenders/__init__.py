"""Tenders: from a draft to the closing of the sealed bids."""
