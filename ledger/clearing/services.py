"""Taking part in rounds, beginning one, answering it, and carrying it out in one act."""

import hashlib
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from cwb.audit.services import record
from cwb.identity.models import Organisation
from cwb.kernel.clock import local_date
from cwb.kernel.ids import uuid7
from cwb.kernel.kept import Kept
from cwb.kernel.money import Money
from cwb.kernel.policy import Actor, Role
from cwb.kernel.text import N_
from ledger.accounts.models import Account
from ledger.accounts.rules import Role as AccountRole
from ledger.clearing import queries, rules
from ledger.clearing.errors import (
    AgreementUnknown,
    AlreadyBarred,
    AlreadyIn,
    BooksDiffer,
    Insolvent,
    NoLoops,
    NotIn,
    RoundDone,
    RoundOver,
    RoundRuns,
    RoundWaits,
    TextNotAccepted,
)
from ledger.clearing.models import ClearingAnswer, ClearingBar, ClearingLine, ClearingMember, ClearingRound
from ledger.clearing.rules import Claim, LeaveReason, LeftOut, RoundState
from ledger.invoicing.models import Invoice
from ledger.invoicing.services import tell
from ledger.netting.gateway import solve
from ledger.payments.services import set_off

_DECIDERS = (Role.BOARD, Role.PURCHASER)


def join(session: Session, *, party_id: int, agreed: bool, actor: Actor, at: datetime) -> ClearingMember:
    """Take part from now on, with the text of today.

    Raises:
        TextNotAccepted, AlreadyIn, Insolvent: nothing has changed.
    """
    if not agreed:
        raise TextNotAccepted(field="agreed")
    session.execute(select(Organisation.id).where(Organisation.id == party_id).with_for_update())
    if queries.find_member(session, party_id):
        raise AlreadyIn
    if queries.was_stopped(session, party_id):
        raise Insolvent
    made = ClearingMember(
        party_id=party_id, text_version=rules.TEXT_VERSION, joined_at=at, joined_by_id=actor.user_id
    )
    session.add(made)
    session.flush()
    _log(session, "joined", party_id, actor, at, text=rules.TEXT_VERSION)
    return made


def leave(
    session: Session, *, party_id: int, actor: Actor, at: datetime, why: LeaveReason = LeaveReason.OWN
) -> None:
    """Take part no longer, also in the round that runs. `why`: the programme takes out who cannot pay any more.

    Raises:
        NotIn: it does not.
    """
    held = queries.find_member(session, party_id, lock=True)
    if held is None:
        raise NotIn
    held.left_at, held.left_by_id, held.left_why = at, actor.user_id, why
    session.flush()
    _log(session, "left", party_id, actor, at, why=why.value)


def bar_agreement(
    session: Session, *, agreement_id: int, party_id: int, reason: LeftOut, actor: Actor, at: datetime
) -> None:
    """Keep all invoices of an agreement out of rounds: a levy, or debts that were pledged or sold to others.

    Raises:
        AgreementUnknown: it is not the party's.
        AlreadyBarred.
    """
    own = {agreement.id: bar for agreement, bar in queries.agreements(session, party_id)}
    if agreement_id not in own or reason not in rules.BARS:
        raise AgreementUnknown(field="agreement")
    if own[agreement_id] is not None:
        raise AlreadyBarred(field="agreement")
    session.add(
        ClearingBar(agreement_id=agreement_id, reason=reason, stated_by_id=actor.user_id, stated_at=at)
    )
    session.flush()
    _log(session, "barred", party_id, actor, at, agreement=agreement_id, reason=reason.value)


_SOLVED: Kept[Mapping[int, int]] = Kept(most=8)


def propose(claims: Sequence[Claim], cut_off_at: datetime) -> dict[int, int]:
    """What falls away of each claim, at most; zero where nothing does.

    It rests on nothing else, so this process keeps the latest answers: a page of a round solves nothing anew until an
    answer or an invoice changed.
    """
    key = hashlib.sha256(repr((cut_off_at, [tuple(each) for each in claims])).encode()).digest()
    return dict(_SOLVED.get(key, lambda: rules.spread(claims, solve(rules.network_of(claims, cut_off_at)))))


def claims_still(
    session: Session, held: ClearingRound, lines: Sequence[ClearingLine], parties: AbstractSet[int]
) -> list[Claim]:  # fmt: skip
    """What still enters of the invoices of a round, if only these parties take part: never more than was proposed.

    As invoices stand now: paid, disputed, put in a batch or assigned since the proposal, they count for what is left.
    """
    most = {each.invoice_id: each.proposed_amount for each in lines}
    found = queries.candidates(session, held.cut_off_at, list(most))
    return [
        each._replace(amount=min(each.amount, most[each.invoice_id]))
        for each in rules.claims_of(found, held.cut_off_at)
        if parties >= {each.debtor_id, each.creditor_id}
    ]


def outlook(
    session: Session, *, held: ClearingRound, lines: Sequence[ClearingLine], said: Sequence[ClearingAnswer],
    at: datetime,
) -> rules.Outlook:  # fmt: skip
    """What a round that runs would set off if it were carried out now: reads only.

    `lines` and `said` are all of the round. Once the time to answer is over, who is silent said no.
    """
    yes = {each.party_id for each in said if each.accepted}
    silent = {each.party_id for each in said if each.accepted is None} if at < held.answer_until else set()
    most = claims_still(session, held, lines, yes | silent)
    least = [each for each in most if yes >= {each.debtor_id, each.creditor_id}]
    best, worst = (propose(claims, held.cut_off_at) if claims else {} for claims in (most, least))
    return rules.Outlook(
        {each.invoice_id: best.get(each.invoice_id, 0) for each in lines},
        sum(each.proposed_amount for each in lines), sum(worst.values()),
    )  # fmt: skip


def begin_round(
    session: Session, *, cut_off_at: datetime, days: int, actor: Actor, at: datetime
) -> ClearingRound:
    """Work out what falls away of what was due at the cut-off, and ask every party it touches.

    Raises:
        CutOffWrong, DaysWrong, RoundRuns, NoLoops: nothing has changed.
    """
    rules.check_round(cut_off_at, days, at)
    if queries.running(session):
        raise RoundRuns
    found = queries.candidates(session, cut_off_at)
    claims = rules.claims_of(found, cut_off_at)
    shares = propose(claims, cut_off_at) if claims else {}
    if not sum(shares.values()):
        raise NoLoops
    year = local_date(at).year
    before = session.scalar(
        select(func.count()).where(ClearingRound.number.startswith(f"Verrekening {year}-"))
    )
    made = ClearingRound(
        public_id=uuid7(), number=f"Verrekening {year}-{(before or 0) + 1}", state=RoundState.ASKED,
        cut_off_at=cut_off_at, answer_until=at + timedelta(days=days),
        owed_amount=sum(each.amount for each in claims), proposed_amount=sum(shares.values()), begun_at=at,
        begun_by_id=actor.user_id,
    )  # fmt: skip
    session.add(made)
    try:
        session.flush()
    except IntegrityError as fault:  # two began at once
        raise RoundRuns from fault
    for each in found:
        why = rules.left_out(each, cut_off_at)
        session.add(
            ClearingLine(
                round_id=made.id, invoice_id=each.invoice_id, entered_amount=0 if why else each.free,
                proposed_amount=shares.get(each.invoice_id, 0), left_out=why,
            )
        )  # fmt: skip
    touched = {party for each in claims if shares[each.invoice_id] for party in each[1:3]}
    session.add_all(ClearingAnswer(round_id=made.id, party_id=party) for party in sorted(touched))
    session.flush()
    _log(session, "begun", made.id, actor, at, proposed=made.proposed_amount)
    for party in sorted(touched):
        off, _got = rules.both_ways(shares, claims, party)
        tell(
            session, session.get_one(Organisation, party), _DECIDERS, key=f"clearing:{made.public_id}:asked:{party}",
            at=at, link=f"/clearing/rounds/{made.public_id}", subject=N_("%(number)s: zegt u ja?"),
            text=N_("In deze ronde valt %(amount)s weg van wat u anderen schuldig bent, en evenveel van wat zij u"
                " schuldig zijn. Zeg ja of nee, uiterlijk op %(until)s. Zegt u niets, dan doet u niet mee."),
            facts={"number": made.number, "amount": Money(off), "until": made.answer_until},
        )  # fmt: skip
    return made


def answer_round(
    session: Session, *, held: ClearingRound, party_id: int, accept: bool, actor: Actor, at: datetime
) -> None:
    """Say yes or no for one's organisation; another answer may follow as long as the round runs.

    Raises:
        RoundUnknown: it does not stand in the round.
        RoundOver: too late.
        NotIn: it left.
    """
    fresh = queries.round_of(session, held.public_id, lock=True)
    row = queries.answer(session, fresh.id, party_id, lock=True)
    if fresh.state is RoundState.DONE or at >= fresh.answer_until:
        raise RoundOver
    if queries.find_member(session, party_id) is None:
        raise NotIn
    row.accepted, row.answered_at, row.answered_by_id = accept, at, actor.user_id
    session.flush()
    _log(session, "answered", fresh.id, actor, at, accepted=accept)


def carry_out(session: Session, *, held: ClearingRound, actor: Actor, at: datetime) -> ClearingRound:
    """Solve once more for those that said yes, and pay their invoices by set-off: all of it, or nothing.

    What everybody agreed to is the most: invoices that were paid, disputed, put in a batch or assigned meanwhile count
    for what is left of them, and parties that said no, nothing, or left do not count.

    Raises:
        RoundDone; RoundWaits: not all answered, and there is time left.
        BooksDiffer: a clearing account would not end at nothing.
    """
    fresh = queries.round_of(session, held.public_id, lock=True)
    if fresh.state is RoundState.DONE:
        raise RoundDone
    said = queries.answers(session, fresh.id, lock=True)
    if at < fresh.answer_until and rules.waits_for(_answers(said), queries.gone(session, fresh.id)):
        raise RoundWaits(until=fresh.answer_until)
    lines = {each.invoice_id: each for each in queries.lines(session, fresh.id)}
    session.execute(select(Invoice.id).where(Invoice.id.in_(lines)).order_by(Invoice.id).with_for_update())
    yes = {each.party_id for each in said if each.accepted}
    still = claims_still(session, fresh, list(lines.values()), yes)
    shares = propose(still, fresh.cut_off_at) if still else {}
    amounts = {number: Money(cents) for number, cents in shares.items() if cents}
    paid = set_off(session, amounts=amounts, mark=fresh.number, actor=actor, at=at) if amounts else {}
    for number, line in lines.items():
        line.cleared_amount = shares.get(number, 0)
        line.payment_id = paid[number].id if number in paid else None
    session.flush()
    if session.scalar(
        select(Account.id)
        .where(
            Account.role == AccountRole.CLEARING.value, Account.subkey == fresh.number, Account.posted != 0
        )
        .limit(1)
    ):
        raise BooksDiffer
    fresh.cleared_amount, fresh.done_at, fresh.done_by_id = sum(shares.values()), at, actor.user_id
    fresh.state = RoundState.DONE
    session.flush()
    _log(session, "carried_out", fresh.id, actor, at, cleared=fresh.cleared_amount)
    _tell_outcome(session, fresh, [each.party for each in said], shares, still, at)
    return fresh


def _answers(said: Sequence[ClearingAnswer]) -> dict[int, bool | None]:
    return {each.party_id: each.accepted for each in said}


def _tell_outcome(
    session: Session, done: ClearingRound, parties: Sequence[Organisation], shares: dict[int, int],
    claims: Sequence[Claim], at: datetime,
) -> None:  # fmt: skip
    for party in parties:
        off, _got = rules.both_ways(shares, claims, party.id)
        text = N_("%(number)s is uitgevoerd. Van wat u schuldig was, viel %(amount)s weg. Van wat anderen u"
            " schuldig waren, evenveel. Per factuur staat er een bericht klaar.")  # fmt: skip
        if not off:
            text = N_("%(number)s is uitgevoerd. Voor u viel er niets weg.")
        tell(
            session, party, _DECIDERS, key=f"clearing:{done.public_id}:done:{party.id}", at=at,
            link=f"/clearing/rounds/{done.public_id}", subject=N_("%(number)s is uitgevoerd"), text=text,
            facts={"number": done.number, "amount": Money(off)},
        )  # fmt: skip


def _log(session: Session, act: str, subject: int, actor: Actor, at: datetime, **facts: object) -> None:
    record(
        session,
        action=f"clearing.{act}",
        subject=f"clearing:{subject}",
        actor_id=actor.user_id,
        facts=facts,
        at=at,
    )
