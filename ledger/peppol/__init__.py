"""Sending electronic invoices over the Peppol network, through an access point."""
