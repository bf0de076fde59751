"""Whether the buyer confirmed that a losing bid can change the winner, having seen the test."""
