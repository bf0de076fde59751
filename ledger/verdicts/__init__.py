"""What a bank answers about a file of transfers or direct debits (pain.002): what it took, and what it refused."""
