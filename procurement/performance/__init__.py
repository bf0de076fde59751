"""How a contract goes: everything on one page, short reviews with an answer, and payment as it was promised."""
