"""Who tells, and who reads first."""

from cwb.kernel.policy import SIGNED_IN, Action, Role

TELL = Action("stories.tell", SIGNED_IN)
"""Tell a story and take it back: whoever signed in."""

CHECK = Action.of("stories.check", Role.PROGRAMME)
"""Read it before it is public: no names of others."""
