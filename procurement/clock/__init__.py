"""What the clock does by itself: letters when a term is over or near. Nobody moves a state but the moments."""
