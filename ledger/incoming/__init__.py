"""Invoices that others send us as UBL: received, looked at, approved and paid."""
