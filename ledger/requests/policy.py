"""Who asks and who pays: whoever holds a wallet. For an organisation its board."""

from cwb.kernel.policy import SIGNED_IN, Action, Actor

PAY = Action("requests.pay", SIGNED_IN)
ASK = Action("requests.ask", SIGNED_IN)


def may(actor: Actor, action: Action) -> bool:
    """By the roles of the action."""
    return action.open_to(actor)
