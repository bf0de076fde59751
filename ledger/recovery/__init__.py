"""Recovery: a lost phone or a PIN that stopped, mended at the staff desk by who saw an identity document."""
