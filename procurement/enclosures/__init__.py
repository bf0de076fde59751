"""What goes with a bid: files and statements; reading them after the opening, and deciding on grounds."""
