"""Purchases in the XML of accounts, invoices and banks: XAF, UBL and camt.053."""
