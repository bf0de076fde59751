"""What a row says besides amount and date: who was paid, and under which contract."""
