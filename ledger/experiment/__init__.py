"""The experiment with local currency: a plan registered before it starts, and what came of it."""
