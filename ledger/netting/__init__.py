"""Set-off between many parties: the most that cancels out, and the proof that it is the most."""
