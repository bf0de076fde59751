"""A bid scored anew after the freeze: two people agree to it, and the first ranking stays."""
