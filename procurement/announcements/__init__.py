"""Where a tender must stand on TenderNed: noted here with day and reference, or why not yet. Nothing is sent there."""
