"""Documents to keep and to send: a typed description becomes one PDF that is accessible and fit for the archive."""
