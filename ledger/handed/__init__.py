"""What there is of each quarter of each anchor: handed in whole, half, nothing bought, or nothing."""
