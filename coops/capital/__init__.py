"""Member capital and dues: shares subscribed, called and paid, dues per period, all in the cooperative's own books."""
