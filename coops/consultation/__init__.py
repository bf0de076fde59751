"""Market consultation: an anchor asks the market for advice before it tenders; nobody bids and nothing is won."""
