"""What a supplier promised in its bid, kept as milestones of the contract: reported, verified, made public."""
