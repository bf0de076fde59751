"""Payments of invoices, and how fast anchors pay."""
