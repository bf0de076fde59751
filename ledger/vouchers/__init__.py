"""Local money on paper: sheets of vouchers backed from a wallet, each redeemed once at a till."""
