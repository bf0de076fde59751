"""Reading what stands beside a figure in the report: contracts of each anchor, and what was paid without euros."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, selectinload

from cwb.identity.models import Organisation
from cwb.kernel.money import Money
from cwb.kernel.period import Period
from ledger.accounts.models import Account, Currency
from ledger.accounts.rules import Role
from ledger.agreements.models import Agreement
from ledger.board.rules import Contract
from ledger.books.queries import trial_balance


def contracts(session: Session, period: Period, until: datetime) -> Mapping[str, list[Contract]]:
    """The contracts that ran in a period, made here before an instant, by anchor (public id)."""
    found = session.execute(
        select(Organisation.public_id, Agreement)
        .join(Organisation, Organisation.id == Agreement.buyer_id)
        .where(
            Organisation.anchor_type.is_not(None), ~Agreement.on_order, Agreement.created_at <= until,
            Agreement.starts_on < period.end, Agreement.ends_on >= period.start,
            or_(Agreement.ended_on.is_(None), Agreement.ended_on >= period.start),
        )
        .options(selectinload(Agreement.lines))
        .order_by(Agreement.id)
    )  # fmt: skip
    answer: dict[str, list[Contract]] = defaultdict(list)
    for anchor, each in found:
        answer[str(anchor)].append(Contract(each.starts_on, each.ends_on, each.total.minor))
    return answer


def without_euros(session: Session, period: Period) -> list[Money] | None:
    """What anchors paid in a local currency or by clearing in a period, per currency; None while no anchor can."""
    able = session.scalars(
        select(Account.party_id)
        .join(Currency, Currency.code == Account.currency)
        .join(Organisation, Organisation.id == Account.party_id)
        .where(
            Organisation.anchor_type.is_not(None),
            or_(Currency.kind != "fiat", Account.role.in_([Role.WALLET, Role.CLEARING])),
        )
        .distinct()
    ).all()
    if not able:
        return None
    sums: dict[str, Money] = {}
    for party_id in able:
        for line in trial_balance(session, party_id, period).lines:
            if line.account.role in {Role.WALLET, Role.CLEARING}:
                sums[line.credit.currency] = (
                    sums.get(line.credit.currency, Money(0, line.credit.currency)) + line.credit
                )
    return list(sums.values())
