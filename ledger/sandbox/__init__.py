"""Our own twin of the payment provider: for the demo and the tests, never for real money."""
