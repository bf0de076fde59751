"""What local money did: the measures of its wallets per window, kept each night, and what running it costs."""
