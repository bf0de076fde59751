"""Wiping: names and account numbers of payers and payees go when the law no longer asks for them."""
