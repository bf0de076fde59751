"""What a cooperative learns from its decided bids: scores beside the winner's, lessons, over all its letters."""
