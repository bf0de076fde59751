"""Who asks, decides, signs and reads."""

from coops.credit.models import CreditApplication
from coops.fund.policy import READ as READ_FUND
from coops.fund.policy import RUN as RUN_FUND
from cwb.kernel.policy import Action, Actor, Role

ASK = Action.of("credit.ask", Role.BOARD)
SEE = Action.of("credit.see", Role.BOARD, Role.MEMBER, Role.PROGRAMME, Role.ALLIANCE, Role.AUDITOR)
DECIDE = Action.of("credit.decide", Role.ALLIANCE)
LOSE = Action.of("credit.lose", Role.PROGRAMME, Role.ALLIANCE)
WITHDRAW = Action.of("credit.withdraw", Role.BOARD)
NOTICE = Action.of("credit.notice", Role.PURCHASER)
LIST = READ_FUND
RUN = RUN_FUND
PAPER = Action("credit.paper", SEE.roles | NOTICE.roles)


def may_read_paper(actor: Actor | None, subject: CreditApplication) -> bool:
    """Who is of the application, and who was told to pay the fund."""
    return may(actor, SEE, subject) or may(actor, NOTICE, subject)


def may(actor: Actor | None, action: Action, subject: CreditApplication | None = None) -> bool:
    """The own cooperative, at the fund's keeper who runs it and who decides, the anchor that was told, and auditors."""
    if actor is None or actor.organisation_id is None or not action.open_to(actor):
        return False
    if subject is None:
        return True
    if action is NOTICE:
        return subject.debtor_id == actor.organisation_id and subject.signed_at is not None
    reads = action in {SEE, LIST} and actor.has(Role.AUDITOR)
    own = action in {ASK, SEE, WITHDRAW} and subject.borrower_id == actor.organisation_id
    keeps = action not in {ASK, WITHDRAW} and subject.fund.keeper_id == actor.organisation_id
    return reads or own or keeps
