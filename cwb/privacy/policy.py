"""Who may see and erase: whoever signed in, about themselves."""

from cwb.kernel.policy import SIGNED_IN, Action

OWN_DATA = Action("privacy.own", SIGNED_IN)
