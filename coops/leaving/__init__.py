"""Leaving: notice, death or expulsion after being heard, settlement of capital, repayment within a limit."""
