"""Reads what organisations really export: files to purchase lines."""
