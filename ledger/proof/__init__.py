"""Proof that the books are whole: the chain of seals, verification from the entries, complete exports."""
