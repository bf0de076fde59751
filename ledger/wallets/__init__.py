"""Wallets: what a holder has of an instrument, pays, receives and asks back."""
