"""Who sees what is open."""

from cwb.kernel.policy import Action, Actor, Role

SEE_WORK = Action.of("suppliers.see_work", Role.PURCHASER, Role.PROGRAMME, Role.AUDITOR)
SEE_NEW = Action.of("suppliers.see_new", Role.PROGRAMME, Role.AUDITOR)


def sees_all(actor: Actor) -> bool:
    """Whether the actor sees what is open at every anchor."""
    return actor.has(Role.PROGRAMME, Role.AUDITOR)
