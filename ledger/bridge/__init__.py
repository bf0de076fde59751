"""From the total of an anchor's ledger to what the figure divides by, step by step, to the cent."""
