"""The books of an organisation over a year as an auditfile (XAF 3.2) for its bookkeeper and the tax office."""
