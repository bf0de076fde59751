"""Who saves interests: whoever signed in, their own."""

from cwb.kernel.policy import SIGNED_IN, Action

OWN = Action("interests.own", SIGNED_IN)
"""Save, change, pause and remove one's own."""
