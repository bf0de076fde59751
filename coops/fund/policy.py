"""Who runs the fund, and who reads its books."""

from coops.fund.models import Fund
from cwb.kernel.policy import Action, Actor, Role

RUN = Action.of("fund.run", Role.PROGRAMME)
READ = Action.of("fund.read", Role.PROGRAMME, Role.ALLIANCE, Role.AUDITOR)


def may(actor: Actor | None, action: Action, fund: Fund | None = None) -> bool:
    """The fund's keeper runs it; auditors read."""
    if actor is None or actor.organisation_id is None or not action.open_to(actor):
        return False
    if fund is None or (action is READ and actor.has(Role.AUDITOR)):
        return True
    return fund.keeper_id == actor.organisation_id
