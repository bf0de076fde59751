"""Bank accounts and their statements: what came in and went out, and which invoice it is for."""
