"""Rounds in which parties set off their euro invoices: who takes part, what is proposed, who agrees, what is paid."""
