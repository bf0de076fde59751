"""Who offers, seeks and answers: whoever works for an organisation that takes part. Who reports: whoever signed in."""

from cwb.kernel.policy import SIGNED_IN, Action, Role

TAKE_PART = Action.of("exchange.take_part", Role.BOARD, Role.MEMBER, Role.PURCHASER)
"""Offer, seek and answer for one's organisation."""

REPORT = Action("exchange.report", SIGNED_IN)
"""Tell the programme that an advert is hostile or false."""

DECIDE = Action.of("exchange.decide", Role.PROGRAMME)
"""Let it stand, or take it away."""
