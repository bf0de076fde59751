"""First refusal: owners announce a sale or lease, the neighbourhood answers, two people decide."""
