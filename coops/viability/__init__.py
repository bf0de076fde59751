"""How many people a volume of work can carry at the living wage, with every assumption in sight."""
