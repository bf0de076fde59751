"""The invoice desk: lists of invoices and the page of one, over all that happens to it."""
