"""Papers of cooperatives: statutes, minutes and the like, as files that only they and who checks them read."""
