"""Who the suppliers of purchase ledgers are: what numbers prove, what people decide, and how it is undone."""
