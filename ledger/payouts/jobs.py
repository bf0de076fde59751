"""What the worker does for payouts: say which never came."""

from datetime import datetime

from sqlalchemy.orm import Session

from cwb.kernel.clock import local_date
from ledger.bank.queries import find_standing
from ledger.checkout import queries as checkout
from ledger.checkout.rules import Reason
from ledger.checkout.services import note_issue
from ledger.payouts import queries, rules


def check(session: Session, at: datetime) -> None:
    """Put every payout that the bank did not tell of for a week on the work list, once.

    Only of who takes statements in: nobody else could see it come.
    """
    for till in checkout.tills(session):
        home = till.organisation_id
        if find_standing(session, home) is None:
            continue
        for each in queries.payouts(session, home):
            if at - each.booked_at > rules.UNSEEN_AFTER:
                facts = {"seen": -each.amount, "on": local_date(each.booked_at).isoformat()}
                note_issue(session, home, Reason.PAYOUT_UNSEEN, each.provider_id, at, facts=facts)
