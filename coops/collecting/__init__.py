"""Dues collected by direct debit: a member gives a mandate, hears of each debit beforehand, and is debited once."""
