"""Purchases that come again in another layout: they are told from new ones, and a person decides."""
