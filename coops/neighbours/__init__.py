"""What residents with a wallet offer and seek among each other: no name, no open data."""
