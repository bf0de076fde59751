"""Who reads and writes: whoever signed in and holds a wallet, which `queries.reader` asks. The programme decides."""

from cwb.kernel.policy import SIGNED_IN, Action, Role

TAKE_PART = Action("neighbours.take_part", SIGNED_IN)
"""Read, offer, seek, answer and report, with a wallet."""

DECIDE = Action.of("neighbours.decide", Role.PROGRAMME)
"""Let what was reported stand, or take it away."""
