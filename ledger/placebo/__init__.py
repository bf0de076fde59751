"""How often the registered analysis finds an effect where there is none."""
