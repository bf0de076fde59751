"""Who asks, decides, signs and reads."""

from coops.credit.models import CreditApplication
from coops.fund.policy import READ as READ_FUND
from coops.fund.policy import RUN
from cwb.kernel.policy import Action, Actor, Role

ASK = Action.of("credit.ask", Role.BOARD)
SEE = Action.of("credit.see", Role.BOARD, Role.MEMBER, Role.PROGRAMME, Role.AUDITOR)
DECIDE = RUN
WITHDRAW = Action.of("credit.withdraw", Role.BOARD, Role.PROGRAMME)
NOTICE = Action.of("credit.notice", Role.PURCHASER)
LIST = READ_FUND
PAPER = Action("credit.paper", SEE.roles | NOTICE.roles)


def may_read_paper(actor: Actor | None, subject: CreditApplication) -> bool:
    """Who is of the application, and who was told to pay the fund."""
    return may(actor, SEE, subject) or may(actor, NOTICE, subject)


def may(actor: Actor | None, action: Action, subject: CreditApplication | None = None) -> bool:
    """The own cooperative, the fund's keeper, the anchor that was told, and auditors; each for its own acts."""
    if actor is None or actor.organisation_id is None or not action.open_to(actor):
        return False
    if subject is None:
        return True
    if action is NOTICE:
        return subject.debtor_id == actor.organisation_id and subject.signed_at is not None
    reads = action in {SEE, LIST} and actor.has(Role.AUDITOR)
    own = action in {ASK, SEE, WITHDRAW} and subject.borrower_id == actor.organisation_id
    keeps = (
        action is not ASK and actor.has(Role.PROGRAMME) and subject.fund.keeper_id == actor.organisation_id
    )
    return reads or own or keeps
