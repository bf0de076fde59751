"""Orders under a signed framework agreement (nadere opdrachten)."""
