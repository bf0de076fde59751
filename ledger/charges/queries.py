"""Reading what charges ask of wallets, set by set, and runs with their lines."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import BigInteger, Select, and_, case, cast, func, literal, or_, select
from sqlalchemy.orm import Session, joinedload

from cwb.identity.models import Organisation, User
from cwb.identity.queries import people_of
from cwb.kernel.period import Period
from cwb.kernel.policy import Role
from cwb.kernel.text import N_
from cwb.kernel.waiting import AT, ORGANISATION, TODAY, USER, Tasks, Waiting, rows
from ledger.accounts.models import Account
from ledger.accounts.rules import Role as AccountRole
from ledger.books.queries import midnight
from ledger.charges.errors import RunUnknown
from ledger.charges.models import ChargeLeaf, ChargeLine, ChargeNotice, ChargeRun
from ledger.charges.rules import APART, COUNTS, LEAF, NOTICES, Asked, Kind
from ledger.conditions.models import ConditionEffectPart, ConditionVersion, ConditionVote
from ledger.conditions.rules import NOTICE, WHOLE, Group, Terms
from ledger.instruments.models import Instrument
from ledger.instruments.rules import Code
from ledger.lots import queries as lots
from ledger.wallets.models import Wallet, WalletPayment


class Preview(NamedTuple):
    """What a run would take: of how many wallets, how much, and the most of one; cents."""

    wallets: int
    total: int
    biggest: int


def _cents(value: Any) -> Any:
    return cast(value, BigInteger)


def holdings(
    instrument: Instrument, since: datetime, until: datetime | None
) -> Select[int, int, bool, str, int, int]:
    """Of each wallet: id, account, whether a firm, group, what it holds freely, and what lies since before `since`.

    `until` None: as it is now, less what is reserved; else what it held then.
    """
    sums = lots.by_age(
        party_id=instrument.keeper_id, role=AccountRole.WALLET, currency=instrument.currency, since=since, until=until
    ).subquery()  # fmt: skip
    group = case(
        (~Wallet.firm, Group.RESIDENT.value),
        (Organisation.legal_form == "cooperative", Group.COOPERATIVE.value),
        else_=Group.ORGANISATION.value,
    )
    lying = func.greatest(0, func.coalesce(sums.c.came, 0) - func.coalesce(sums.c.gone, 0))
    free = sums.c.balance if until else Account.posted - Account.pending_out
    return (
        select(
            Wallet.id, Wallet.account_id, Wallet.firm, group.label("party_group"), _cents(free).label("free"),
            _cents(lying).label("lying"),
        )
        .join(Account, Account.id == Wallet.account_id)
        .join(sums, sums.c.account_id == Wallet.account_id)
        .outerjoin(Organisation, Organisation.id == Wallet.party_id)
        .where(Wallet.instrument_code == instrument.code, Wallet.live == instrument.live)
    )  # fmt: skip


def asked_of(
    instrument: Instrument, what: Asked, until: datetime | None = None, *, spared: bool = False
) -> Any:
    """Of each wallet of which something is asked: wallet, account, group, base and amount, as `rules.charge` says.

    `spared`: as if nobody were exempt.
    """
    held = holdings(instrument, midnight(what.since), until).subquery()
    base = func.greatest(0, func.least(held.c.lying, held.c.free - what.exempt))
    amount = _cents(func.div(base * what.rate, WHOLE))
    statement = select(
        held.c.id.label("wallet_id"), held.c.account_id, held.c.firm, held.c.party_group,
        _cents(base).label("base"), amount.label("amount"),
    ).where(amount > 0)  # fmt: skip
    if what.firms_only and not spared:
        statement = statement.where(held.c.firm)
    return statement


def told(at: datetime) -> Any:
    """The wallets whose holders were told in time that something lapses, as `rules.told` says."""
    return (
        select(ChargeNotice.wallet_id)
        .where(ChargeNotice.sent_at >= at - COUNTS)
        .group_by(ChargeNotice.wallet_id)
        .having(
            func.count() >= NOTICES,
            func.max(ChargeNotice.sent_at) - func.min(ChargeNotice.sent_at) >= APART,
            func.max(ChargeNotice.sent_at) <= at - APART,
        )
    )


def due(instrument: Instrument, kind: Kind, what: Asked, at: datetime) -> Any:
    """What a run would take now, as `asked_of`."""
    statement = asked_of(instrument, what)
    if kind is Kind.LAPSE:
        wallet_id = statement.selected_columns.wallet_id
        statement = statement.where(wallet_id.in_(told(at)))
    return statement


def preview(session: Session, instrument: Instrument, kind: Kind, what: Asked, at: datetime) -> Preview:
    """What a run would take now in all."""
    found = due(instrument, kind, what, at).subquery()
    row = session.execute(
        select(func.count(), func.coalesce(func.sum(found.c.amount), 0), func.coalesce(func.max(found.c.amount), 0))
    ).one()  # fmt: skip
    return Preview(*(int(each) for each in row))


def lines_of_run(instrument: Instrument, kind: Kind, what: Asked, at: datetime, run_id: int) -> Any:
    """What a run writes down: run, wallet, leaf, base, amount."""
    found = due(instrument, kind, what, at).subquery()
    leaf = func.div(func.row_number().over(order_by=found.c.account_id) - 1, LEAF)
    return select(literal(run_id), found.c.wallet_id, _cents(leaf), found.c.base, found.c.amount)


def legs(session: Session, run_id: int) -> Sequence[tuple[int, int, int]]:
    """Leaf, account and amount of a run, leaf by leaf."""
    return [
        (leaf, account_id, amount)
        for leaf, account_id, amount in session.execute(
            select(ChargeLine.leaf, Wallet.account_id, ChargeLine.amount)
            .join(Wallet, Wallet.id == ChargeLine.wallet_id)
            .where(ChargeLine.run_id == run_id)
            .order_by(ChargeLine.leaf, Wallet.account_id)
        )
    ]


def effect(
    session: Session, instrument: Instrument, taken: Asked | None, lapsed: Asked | None, quarter: Period
) -> list[ConditionEffectPart]:
    """What conditions would have asked at the end of a quarter, by group of holders."""
    until, counted = midnight(quarter.end), {each: [0] * 7 for each in Group}
    held = holdings(instrument, until, until).subquery()
    for group, wallets in session.execute(
        select(held.c.party_group, func.count()).group_by(held.c.party_group)
    ):
        counted[Group(group)][0] = wallets
    for what, places in ((taken, (1, 2, 3)), (lapsed, (None, 6, None))):
        if what is None:
            continue
        asked = asked_of(instrument, what, until, spared=True).subquery()
        rows = session.execute(
            select(
                asked.c.party_group, func.count(), func.sum(asked.c.amount), func.max(asked.c.amount)
            ).group_by(asked.c.party_group)
        )
        for group, *found in rows:
            exempt = what.firms_only and group == Group.RESIDENT
            for place, value in zip((4, 5, None) if exempt else places, found, strict=True):
                if place is not None:
                    counted[Group(group)][place] = int(value)
    names = ("wallets", "hit", "charged", "biggest", "spared_count", "spared", "lapsed")
    return [
        ConditionEffectPart(party_group=group, **dict(zip(names, values, strict=True)))
        for group, values in counted.items()
    ]


def stopped(session: Session, instrument: Instrument, terms: Terms, quarter: Period) -> tuple[int, int]:
    """How many payments of a quarter went to a group that would accept none, and how much they were together."""
    where = terms.accept_where
    out = [
        each
        for group, each in (
            (Group.RESIDENT, ~Wallet.firm),
            (Group.COOPERATIVE, and_(Wallet.firm, Organisation.legal_form == "cooperative")),
            (Group.ORGANISATION, and_(Wallet.firm, Organisation.legal_form != "cooperative")),
        )
        if group not in where
    ]
    if not out:
        return 0, 0
    row = session.execute(
        select(func.count(), func.coalesce(func.sum(WalletPayment.amount), 0))
        .join(Wallet, Wallet.id == WalletPayment.payee_id)
        .outerjoin(Organisation, Organisation.id == Wallet.party_id)
        .where(
            WalletPayment.instrument_code == instrument.code, WalletPayment.live == instrument.live,
            WalletPayment.paid_at >= midnight(quarter.start), WalletPayment.paid_at < midnight(quarter.end), or_(*out),
        )
    ).one()  # fmt: skip
    return row[0], int(row[1])


def find_run(session: Session, instrument: Instrument, kind: Kind, period: Period) -> ChargeRun | None:
    """The run of a period that was not given back."""
    return session.scalars(
        select(ChargeRun).where(
            ChargeRun.instrument_code == instrument.code, ChargeRun.live == instrument.live,
            ChargeRun.kind == kind, ChargeRun.period == str(period), ChargeRun.reversed_at.is_(None),
        )
    ).one_or_none()  # fmt: skip


def runs(code: Code) -> Select[ChargeRun]:
    """The runs of an instrument, latest first."""
    return (
        select(ChargeRun)
        .where(ChargeRun.instrument_code == code)
        .options(joinedload(ChargeRun.version))
        .order_by(ChargeRun.id.desc())
    )


def run(session: Session, public_id: UUID, *, lock: bool = False) -> ChargeRun:
    """A run with its conditions. `lock`: nobody gives it back meanwhile.

    Raises:
        RunUnknown: none.
    """
    statement = (
        select(ChargeRun)
        .where(ChargeRun.public_id == public_id)
        .options(joinedload(ChargeRun.version), joinedload(ChargeRun.ran_by))
        .execution_options(populate_existing=True)
    )
    if lock:
        statement = statement.with_for_update(of=ChargeRun)
    found = session.scalars(statement).one_or_none()
    if found is None:
        raise RunUnknown
    return found


def transfers(session: Session, run_id: int) -> Sequence[int]:
    """The transfers of a run, in order."""
    return session.scalars(
        select(ChargeLeaf.transfer_id).where(ChargeLeaf.run_id == run_id).order_by(ChargeLeaf.leaf)
    ).all()


def coded(run_id: int) -> Select[str, int, int]:
    """The lines of a run by the codes of their wallets: code, base, amount."""
    return (
        select(Wallet.code, ChargeLine.base, ChargeLine.amount)
        .join(ChargeLine, ChargeLine.wallet_id == Wallet.id)
        .where(ChargeLine.run_id == run_id)
        .order_by(Wallet.code)
    )


def receipts(wallet_id: int) -> Select[ChargeLine]:
    """What was taken of a wallet, with the run and the words it was taken by, latest first."""
    return (
        select(ChargeLine)
        .where(ChargeLine.wallet_id == wallet_id)
        .options(joinedload(ChargeLine.run).joinedload(ChargeRun.version))
        .order_by(ChargeLine.run_id.desc())
    )


def to_tell(instrument: Instrument, what: Asked, at: datetime) -> Any:
    """Wallets of which something will lapse and whose last notice, if any, is long enough ago: wallet and amount."""
    found = asked_of(instrument, what).subquery()
    lately = select(ChargeNotice.wallet_id).where(ChargeNotice.sent_at > at - APART)
    return select(found.c.wallet_id, found.c.amount).where(found.c.wallet_id.not_in(lately))


tasks = Tasks(
    Waiting(
        N_("Gebruik uw lokale geld: een deel vervalt binnenkort."), "wallets.index", {Role.BOARD, Role.RESIDENT},
        rows().select_from(Wallet).join(Account, Account.id == Wallet.account_id)
        .where(
            (Wallet.party_id == ORGANISATION)
            | (Wallet.party_id == select(User.person_id).where(User.id == USER).scalar_subquery()),
            Account.posted > 0,
            select(ChargeNotice.wallet_id)
            .where(ChargeNotice.wallet_id == Wallet.id, ChargeNotice.sent_at > AT - APART).exists(),
        ), {},
    ),
    Waiting(
        N_("Stel de regels van lokaal geld vast: versie %(num)s"), "conditions.version", {Role.PROGRAMME},
        rows(num=ConditionVersion.number, key=ConditionVersion.public_id)
        .join(ConditionVote, ConditionVote.version_id == ConditionVersion.id)
        .where(
            ConditionVersion.adopted_at.is_(None), ConditionVersion.starts_on >= TODAY + NOTICE.days,
            ConditionVersion.proposed_by_id != USER, ConditionVote.recorded_by_id != USER,
        ), {"public_id": "key"},
    ),
)  # fmt: skip
"""Holders that were told lately that something lapses, while they still have something; rules that were voted on, for
who wrote nothing of them, as long as they can still be announced in time."""


def readers(session: Session, wallet_ids: Sequence[int]) -> list[User]:
    """Who reads for these wallets: the resident, or the board of the organisation."""
    own = session.scalars(
        select(User).join(Wallet, Wallet.party_id == User.person_id).where(Wallet.id.in_(list(wallet_ids)))
    ).all()
    firms = session.scalars(select(Wallet.party_id).where(Wallet.id.in_(list(wallet_ids)), Wallet.firm)).all()
    return sorted({*own, *people_of(session, firms, Role.BOARD)}, key=lambda each: each.id)
