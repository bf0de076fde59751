"""Mini-competitions among the parties of a framework agreement: small sealed tenders of the ordinary line."""
