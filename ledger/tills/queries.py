"""What online payments wait for."""

from sqlalchemy import func

from cwb.kernel.policy import Role
from cwb.kernel.text import N_
from cwb.kernel.waiting import ORGANISATION, Tasks, Waiting, rows
from ledger.checkout.models import PaymentIssue

tasks = Tasks(
    Waiting(
        N_("Online betalingen die uw aandacht vragen: %(num)s. Kijk ze na."), "tills.index", frozenset({Role.BOARD}),
        rows(num=func.count())
        .select_from(PaymentIssue)
        .where(PaymentIssue.organisation_id == ORGANISATION, PaymentIssue.solved_at.is_(None))
        .having(func.count() > 0),
    ),
)  # fmt: skip
"""The board looks at what does not go by itself."""
