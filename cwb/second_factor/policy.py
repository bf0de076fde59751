"""Who may set a second step: whoever signed in, for themselves."""

from cwb.kernel.policy import SIGNED_IN, Action

OWN_FACTOR = Action("second_factor.own", SIGNED_IN)
