"""Money that a supplier asks ahead of the work of an agreement (voorschot), and settling it on a later invoice."""
