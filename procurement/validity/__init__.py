"""How long a bid binds its bidder, and asking all of them to let it hold longer."""
