"""What is shown, split further: declared or silent, by seat or by branch; no part of fewer than five suppliers."""
