"""Computing the flags of tenders, and answering one."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from cwb.audit.services import record
from cwb.kernel.clock import local_date
from cwb.kernel.policy import Actor
from procurement.advice.rules import Law
from procurement.flags import errors, policy, queries, rules
from procurement.flags.models import FlagAnswer
from procurement.flags.rules import Case, Code, Finding, Limits


@dataclass(frozen=True, slots=True)
class Flagged:
    """A lot with what every flag gave."""

    case: Case
    findings: Sequence[Finding]

    @property
    def raised(self) -> list[Finding]:
        """Those that ask something."""
        return [each for each in self.findings if each.is_raised]


@dataclass(frozen=True, slots=True)
class Signal:
    """A flag as it is told once: what it asks, of which lots, and the newest answer to it."""

    finding: Finding
    cases: tuple[Case, ...]
    answer: FlagAnswer | None

    @property
    def year(self) -> int:
        """The year in which its tenders closed; of a flag of one lot that of the lot."""
        return local_date(self.cases[0].closes_at).year

    @property
    def tenders(self) -> list[Case]:
        """One case of each tender."""
        return list({each.tender_id: each for each in reversed(self.cases)}.values())[::-1]


def signals(found: Sequence[Flagged], answers: Sequence[FlagAnswer]) -> list[Signal]:
    """Every flag that is raised, once; `answers` newest first.

    R038 compares a buyer, or a bidder, over all its tenders: it is told once per buyer and year, and one answer counts
    for all of its tenders.
    """
    newest: dict[tuple[int, Code], FlagAnswer] = {}
    for answer in answers:
        newest.setdefault((answer.lot_id, answer.code), answer)
    groups: dict[tuple[object, ...], list[tuple[Case, Finding]]] = {}
    for each in found:
        for finding in each.raised:
            alone = (each.case.lot_id, finding.code)
            of_all = (
                finding.code,
                each.case.buyer_id,
                local_date(each.case.closes_at).year,
                *finding.values.items(),
            )
            groups.setdefault(of_all if finding.code is Code.MANY_OUT else alone, []).append(
                (each.case, finding)
            )
    made = []
    for group in groups.values():
        about = tuple(dict.fromkeys(name for _case, finding in group for name in finding.about))
        given = [
            newest[case.lot_id, finding.code]
            for case, finding in group
            if (case.lot_id, finding.code) in newest
        ]
        made.append(Signal(
            replace(group[0][1], about=about), tuple(case for case, _finding in group),
            max(given, key=lambda each: each.id, default=None),
        ))  # fmt: skip
    return made


def flagged(session: Session, *, law: Law, limits: Sequence[Limits]) -> list[Flagged]:
    """Every lot of every opened tender with its flags, by the thresholds of the day it closed. For services."""
    methods = {each.id: each.ocds_method for each in law.procedures}
    cases = queries.cases(session, methods)
    if not cases:
        return []
    now = rules.limits_on(limits, local_date(max(each.closes_at for each in cases)))
    whole = rules.field_of(cases, now)
    return [
        Flagged(each, rules.findings(each, whole, rules.limits_on(limits, local_date(each.closes_at))))
        for each in cases
    ]


def visible(
    session: Session, *, actor: Actor, law: Law, limits: Sequence[Limits], number: str = ""
) -> list[Flagged]:
    """The flags this actor may see, of one tender or of all."""
    return [
        each
        for each in flagged(session, law=law, limits=limits)
        if number in {"", each.case.number} and policy.may(actor, policy.SEE, each.case)
    ]


def answer_flag(
    session: Session, *, tender_id: int, lot: int, code: Code, reason: str, law: Law, limits: Sequence[Limits],
    actor: Actor, at: datetime,
) -> FlagAnswer:  # fmt: skip
    """The buyer says how a flag came about; earlier answers stay.

    Raises:
        FlagsNotFound: no such lot, or not opened.
        NotYourFlag: no purchaser of the buyer.
        FlagNotRaised: there is nothing to answer.
        AnswerTooShort, AnswerTooLong: input.
    """
    found = next(
        (
            each
            for each in flagged(session, law=law, limits=limits)
            if (each.case.tender_id, each.case.lot) == (tender_id, lot)
        ),
        None,
    )
    if found is None:
        raise errors.FlagsNotFound
    if not policy.may(actor, policy.ANSWER, found.case):
        raise errors.NotYourFlag
    clean = rules.check_answer(reason)
    if code not in {each.code for each in found.raised}:
        raise errors.FlagNotRaised
    made = FlagAnswer(
        tender_id=tender_id,
        lot_id=found.case.lot_id,
        code=code,
        reason=clean,
        answered_by_id=actor.user_id,
        answered_at=at,
    )
    session.add(made)
    session.flush()
    record(
        session, action="flag.answered", subject=f"tender:{found.case.number}", actor_id=actor.user_id,
        facts={"code": str(code), "lot": lot}, at=at,
    )  # fmt: skip
    return made
