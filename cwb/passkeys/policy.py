"""Who may do what with passkeys: whoever signed in, with their own."""

from cwb.kernel.policy import SIGNED_IN, Action

OWN_PASSKEY = Action("passkey.own", SIGNED_IN)
