"""Who may change an e-mail address: whoever signed in, their own."""

from cwb.kernel.policy import SIGNED_IN, Action

OWN_EMAIL = Action("account.email", SIGNED_IN)
