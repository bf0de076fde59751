"""Who may look into whose books. Nobody writes in them by hand."""

from cwb.kernel.policy import Action, Actor, Role

SEE = Action.of("books.see", Role.PURCHASER, Role.BOARD, Role.PROGRAMME, Role.AUDITOR, Role.INVOICE_HELPER)
"""Members are not among them: an account is kept of each member's capital, which only the board and that member see."""

CHECK = Action.of("books.check", Role.AUDITOR)
"""For whom the books of others are work to do: the card on the dashboard."""


def may(actor: Actor, action: Action, party_id: int | None = None) -> bool:
    """Who keeps an organisation's books sees them; an auditor sees all, and changes none."""
    if not action.open_to(actor):
        return False
    return sees_all(actor) or (party_id is not None and party_id == actor.organisation_id)


def sees_all(actor: Actor) -> bool:
    """Whether the actor sees every set of books."""
    return actor.has(Role.AUDITOR)
