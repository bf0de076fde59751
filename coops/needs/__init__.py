"""Needs: what anchor institutions want to buy, on one public calendar."""
