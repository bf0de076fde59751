"""Own statements (UEA, ESPD): what a tender asks, what an organisation answers once, and how long that counts."""
