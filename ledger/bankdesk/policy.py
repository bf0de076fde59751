"""Who does the bank of an organisation."""

from cwb.kernel.policy import Action, Role

USE = Action.of("bank.use", Role.PURCHASER, Role.BOARD)
"""Statements, what waits, and files of transfers: of the own organisation alone."""
