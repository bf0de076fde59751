"""Who may do what with sessions."""

from cwb.kernel.policy import SIGNED_IN, Action

OWN_SESSION = Action("session.own", SIGNED_IN)
