"""Who may do what with an account: whoever signed in, with their own."""

from cwb.kernel.policy import SIGNED_IN, Action

OWN_ACCOUNT = Action("account.own", SIGNED_IN)
REGISTER_ORGANISATION = Action("account.register_organisation", SIGNED_IN)
