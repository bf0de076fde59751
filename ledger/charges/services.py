"""Working out what conditions would do; carrying a charge out, giving it back, paying out what lapsed; notices.

A run is one act: lines, transfers and run are there together or not at all. The instrument is locked meanwhile, so that
nobody pays in between and two runs wait for each other.
"""

from datetime import datetime
from itertools import groupby
from operator import itemgetter
from typing import NamedTuple

from sqlalchemy import insert, literal, select
from sqlalchemy.orm import Session

from cwb.audit.services import record
from cwb.kernel.clock import local_date
from cwb.kernel.ids import uuid7
from cwb.kernel.period import Period
from cwb.kernel.policy import Actor
from cwb.kernel.text import N_
from cwb.kernel.words import ReasonTooShort, words
from cwb.notifications.services import mail_each
from ledger.accounts.rules import Role
from ledger.accounts.services import open_account
from ledger.books.rules import Leg, Posting
from ledger.books.services import post, post_batch, reverse
from ledger.charges import queries, rules
from ledger.charges.errors import (
    AlreadyReversed,
    AlreadyRun,
    NoEuros,
    NothingDue,
    PaidBack,
    PreviewOld,
    SimulationOver,
)
from ledger.charges.models import ChargeLeaf, ChargeLine, ChargeNotice, ChargeRun
from ledger.charges.queries import Preview
from ledger.charges.rules import BOOKED, Asked, Kind
from ledger.conditions import queries as conditions
from ledger.conditions import services as versions
from ledger.conditions.models import ConditionEffect, ConditionVersion
from ledger.conditions.rules import applying
from ledger.instruments import queries as instruments
from ledger.instruments.models import Instrument
from ledger.instruments.rules import Code


class Due(NamedTuple):
    """A period of which something may be asked, what, and by which version."""

    period: Period
    what: Asked
    version: ConditionVersion


def work_out(session: Session, *, version: ConditionVersion, at: datetime) -> ConditionEffect:
    """Compute and keep what a version would have done at the end of the last quarter.

    Raises:
        AlreadyAdopted: it is decided.
    """
    instrument = instruments.instrument(session, Code(version.instrument_code), lock=True)
    quarter, terms = conditions.last_quarter(at), version.terms
    taken, lapsed = (rules.asked(kind, terms, quarter.end) for kind in (Kind.DEMURRAGE, Kind.LAPSE))
    return versions.keep_effect(
        session, version=version, quarter=quarter, at=at,
        book_lines=conditions.book_lines(session, instrument, quarter),
        stopped=queries.stopped(session, instrument, terms, quarter),
        parts=queries.effect(session, instrument, taken, lapsed, quarter),
    )  # fmt: skip


def find_due(session: Session, code: Code, kind: Kind, at: datetime) -> Due | None:
    """The last period that is over, with what the conditions of its first day ask; None: they ask nothing."""
    today = local_date(at)
    adopted = [(each.starts_on, each) for each in conditions.adopted(session, code)]
    for _, version in adopted:
        period = rules.due_period(kind, version.terms, today)
        if period and applying(adopted, period.start) is version:
            what = rules.asked(kind, version.terms, period.end)
            return Due(period, what, version) if what else None
    return None


def look(session: Session, *, code: Code, kind: Kind, at: datetime) -> tuple[Due, Preview] | None:
    """What a run would take now; None: nothing is asked, or it was carried out."""
    instrument, found = instruments.instrument(session, code), find_due(session, code, kind, at)
    if found is None or queries.find_run(session, instrument, kind, found.period):
        return None
    return found, queries.preview(session, instrument, kind, found.what, at)


def carry_out(
    session: Session, *, code: Code, kind: Kind, total: int, actor: Actor, at: datetime
) -> ChargeRun:  # fmt: skip
    """Take what the conditions ask of the last period, as one batch. `total`: cents, as the preview showed.

    Raises:
        NothingDue, AlreadyRun, PreviewOld: refused. RuleBroken, BooksBusy: as the books say.
    """
    instrument = instruments.instrument(session, code, lock=True)
    found = find_due(session, code, kind, at)
    if found is None:
        raise NothingDue
    if queries.find_run(session, instrument, kind, found.period):
        raise AlreadyRun
    there = queries.preview(session, instrument, kind, found.what, at)
    if not there.total:
        raise NothingDue
    if there.total != total:
        raise PreviewOld
    run = ChargeRun(
        public_id=uuid7(), instrument_code=code, live=instrument.live, kind=kind, period=str(found.period),
        version=found.version, wallets=there.wallets, total=there.total, ran_at=at, ran_by_id=actor.user_id,
    )  # fmt: skip
    session.add(run)
    session.flush()
    session.execute(
        insert(ChargeLine).from_select(
            ["run_id", "wallet_id", "leaf", "base", "amount"],
            queries.lines_of_run(instrument, kind, found.what, at, run.id),
        )
    )
    # A leaf at a time, the highest accounts first: the time of one batch grows with the square of its lines.
    posted = [
        {"run_id": run.id, "leaf": leaf, "transfer_id": post_batch(session, [posting], at=at)[0].transfer_id}
        for leaf, posting in reversed(list(enumerate(_postings(session, instrument, run))))
    ]
    session.execute(insert(ChargeLeaf), posted)
    _note(session, "carried_out", run, actor, at)
    return run


def _postings(session: Session, instrument: Instrument, run: ChargeRun) -> list[Posting]:
    """A transfer per leaf: out of each wallet, and what they make together to where it goes."""
    keeper = instrument.keeper_id
    if run.kind == Kind.DEMURRAGE:
        into = [
            (
                open_account(
                    session, party_id=keeper, role=Role.WALLET, currency=instrument.currency, subkey="fund"
                ),
                1,
            )
        ]
    else:
        out, owed, owing = (
            open_account(session, party_id=keeper, role=role, currency=currency, subkey=subkey)
            for role, currency, subkey in (
                (Role.ISSUED, instrument.currency, ""),
                (Role.ISSUED, instrument.euro, ""),
                (Role.PAYABLE, instrument.euro, "lapsed"),
            )
        )
        into = [(out, 1), (owed, 1), (owing, -1)]
    postings = []
    for leaf, group in groupby(queries.legs(session, run.id), key=itemgetter(0)):
        taken = [Leg(account_id, -amount) for _, account_id, amount in group]
        together = -sum(each.amount for each in taken)
        more = [Leg(account_id, sign * together) for account_id, sign in into]
        postings.append(Posting(f"charge:{run.public_id}:{leaf}", BOOKED[Kind(run.kind)], taken + more))
    return postings


def give_back(session: Session, *, run: ChargeRun, reason: str, actor: Actor, at: datetime) -> None:
    """Undo a run, whole, by the opposite of each of its transfers, once; its period is open again.

    Raises:
        AlreadyReversed, PaidBack, SimulationOver, ReasonTooShort: refused.
        FloorPassed, CeilingPassed: the fund, or a wallet that is full, cannot: nothing was given back.
    """
    instrument = instruments.instrument(session, Code(run.instrument_code), lock=True)
    _check_open(instrument, run)
    said = words(reason, "reason", short=ReasonTooShort)
    for leaf, transfer_id in enumerate(queries.transfers(session, run.id)):
        reverse(session, key=f"charge:{run.public_id}:{leaf}:back", transfer_id=transfer_id, at=at)
    run.reversed_at, run.reversed_by_id, run.reason = at, actor.user_id, said
    session.flush()
    _note(session, "given_back", run, actor, at)


def pay_out(session: Session, *, run: ChargeRun, actor: Actor, at: datetime) -> None:
    """Write down that the euros of what lapsed were paid to the holders: they leave the backing.

    Raises:
        NoEuros, AlreadyReversed, PaidBack, SimulationOver: refused.
    """
    instrument = instruments.instrument(session, Code(run.instrument_code), lock=True)
    if run.kind != Kind.LAPSE:
        raise NoEuros
    _check_open(instrument, run)
    owing, backing = (
        open_account(
            session, party_id=instrument.keeper_id, role=role, currency=instrument.euro, subkey=subkey
        )
        for role, subkey in ((Role.PAYABLE, "lapsed"), (Role.BACKING, ""))
    )
    post(
        session, key=f"charge:{run.public_id}:paid", kind="voucher_lapse_paid", at=at,
        legs=[Leg(owing, run.total), Leg(backing, -run.total)],
    )  # fmt: skip
    run.paid_at, run.paid_by_id = at, actor.user_id
    session.flush()
    _note(session, "paid_out", run, actor, at)


def _check_open(instrument: Instrument, run: ChargeRun) -> None:
    if run.reversed_at is not None:
        raise AlreadyReversed
    if run.paid_at is not None:
        raise PaidBack
    if run.live != instrument.live:
        raise SimulationOver


def tell(session: Session, *, code: Code, at: datetime) -> int:
    """Tell holders that something of theirs lapses at the end of this quarter; not twice within thirty days.

    Returns how many wallets were told of. Whoever was not told twice loses nothing yet.
    """
    instrument = instruments.instrument(session, code, lock=True)
    _, terms = conditions.terms_at(session, code, at)
    end = Period.quarter_of(local_date(at)).end
    what = rules.asked(Kind.LAPSE, terms, end)
    if what is None:
        return 0
    found = queries.to_tell(instrument, what, at).subquery()
    told = session.scalars(
        insert(ChargeNotice)
        .from_select(["wallet_id", "amount", "sent_at"], select(found, literal(at, ChargeNotice.sent_at.type)))
        .returning(ChargeNotice.wallet_id)
    ).all()  # fmt: skip
    mail_each(
        session, queries.readers(session, told), subject=N_("Gebruik uw lokale geld"),
        text=N_("Wat u lang niet gebruikt, vervalt na %(end)s. U krijgt het dan terug in euro’s."),
        facts={"end": end}, link="/wallet", at=at, key=f"lapse-{code}-{local_date(at)}",
    )  # fmt: skip
    return len(told)


def _note(session: Session, act: str, run: ChargeRun, actor: Actor, at: datetime) -> None:
    record(
        session, action=f"charge.{act}", subject=f"charge:{run.public_id}", actor_id=actor.user_id,
        facts={"kind": run.kind, "period": run.period, "wallets": run.wallets, "total": run.total}, at=at,
    )  # fmt: skip
