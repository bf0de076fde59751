"""Who is invited to a quote, why, and whose turn it is."""
