"""De-minimis aid on paper: the page and the statement of what an undertaking was granted."""
