"""What primes pass on to others, and money that only passes through or comes round: shown to people, never left out."""
