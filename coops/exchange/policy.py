"""Who offers, seeks and answers: whoever works for an organisation that takes part."""

from cwb.kernel.policy import Action, Role

TAKE_PART = Action.of("exchange.take_part", Role.BOARD, Role.MEMBER, Role.PURCHASER)
"""Offer, seek and answer for one's organisation."""
