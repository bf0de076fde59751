"""Who may see and change the people of an organisation: said in `identity.policy`, named here for the pages."""

from cwb.identity.policy import MANAGE_PEOPLE, SEE_PEOPLE, may, may_grant
from cwb.kernel.policy import SIGNED_IN, Action

LEAVE = Action("people.leave", SIGNED_IN)
ANSWER = Action("people.answer", SIGNED_IN)
"""Saying yes or no to an invitation to one's own address."""

__all__ = ["ANSWER", "LEAVE", "MANAGE_PEOPLE", "SEE_PEOPLE", "may", "may_grant"]
