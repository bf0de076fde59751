"""What of the spend may be shown to everyone: cells of at least five suppliers, the rest folded away."""
