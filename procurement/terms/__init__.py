"""How often and how long a contract may be extended: told in the tender, kept by the contract."""
