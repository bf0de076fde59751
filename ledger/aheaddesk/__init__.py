"""The desk of money ahead: who does the money of an organisation sees it, sets it off and pays it back."""
