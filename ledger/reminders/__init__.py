"""Reminders of unpaid invoices, each sent by a person; late interest and collection costs as dated data."""
