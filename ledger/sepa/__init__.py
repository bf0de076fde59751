"""The signs that banks in SEPA take."""
