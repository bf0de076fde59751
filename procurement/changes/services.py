"""Proposing, deciding and signing a change of a contract; extending it as the tender told."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from cwb.audit.services import record
from cwb.kernel.clock import local_date
from cwb.kernel.events import emit
from cwb.kernel.identifiers import Cpv
from cwb.kernel.money import Money
from cwb.kernel.policy import Actor
from cwb.kernel.text import N_
from cwb.kernel.words import words
from ledger.agreements.rules import AgreementLine, change_reference, split_lines
from ledger.agreements.services import make_agreement, reduce_agreements
from procurement.advice.rules import Kind as Bought
from procurement.advice.rules import Law, in_list, kind_of, threshold_on
from procurement.changes import errors, events, policy, queries, rules
from procurement.changes.models import ChangeSignature, ContractChange
from procurement.changes.rules import Affects, Assessment, Ground, GroundRow, Kind
from procurement.contracts import queries as contracts
from procurement.contracts.models import Contract
from procurement.contracts.rules import MOST_LINES, Line, instalments
from procurement.contracts.services import tell_side
from procurement.terms.queries import find_extensions

MOST_WHAT = 150
"""How much of what changes becomes the line of its agreement, in characters."""

LEAST_REFERENCE = 3
"""Least characters of the reference of a notice."""


def threshold(contract: Contract, law: Law, on: date) -> tuple[Money, bool]:
    """The European threshold for what a contract buys, and whether it is works.

    Raises:
        NoDatedTable: none counts on the day.
    """
    cpv, dated = Cpv.parse(contract.tender.cpv or ""), threshold_on(law, on)
    if kind_of(cpv) is Bought.WORKS:
        return dated.works, True
    return (dated.light if in_list(cpv, law.light.cpv) else dated.services), False


def assess(
    session: Session, contract: Contract, delta: Money, *, law: Law, rows: Mapping[str, GroundRow], on: date
) -> Assessment:
    """What the arithmetic says of a difference in value.

    Raises:
        NoDatedTable: no threshold counts on the day.
    """
    limit, is_works = threshold(contract, law, on)
    return rules.assess(
        original=contract.price, past=queries.past(session, contract.id), delta=delta, threshold=limit,
        is_works=is_works, rows=rows,
    )  # fmt: skip


def _running(session: Session, contract: Contract, at: datetime) -> Contract:
    """A signed contract that is not over and has no change under way, held until the transaction ends."""
    contract = contracts.locked_contract(session, contract.id)
    if contract.agreement_id is None:
        raise errors.NotSigned
    _price, ends_on = queries.present(session, contract)
    if local_date(at) > ends_on:
        raise errors.Ended(on=ends_on)
    return contract


def _settled(session: Session, contract: Contract) -> Sequence[ContractChange]:
    """The changes of a contract so far, none of them under way."""
    if queries.is_changing(session, contract.id):
        raise errors.ChangeRuns
    return queries.changes(session, contract.id)


def propose_change(
    session: Session, *, contract: Contract, affects: Sequence[Affects], ground: Ground, what: str, shown: str,
    delta: Money, ends_on: date | None, law: Law, rows: Mapping[str, GroundRow], actor: Actor, at: datetime,
) -> ContractChange:  # fmt: skip
    """Propose a change on a ground. The arithmetic is computed and kept; a colleague decides, the supplier signs.

    Raises:
        NotYours: no purchaser of the buyer.
        NotSigned, Ended, ChangeRuns: not now.
        NothingChanges, AmountMissing, ValueUntold, EndMissing, DurationUntold, GroundUnfit, OutsideSmall,
        OutsideHalf, ValueGone, EndsTooEarly, TextTooShort: input.
    """
    if not policy.may(actor, policy.PROPOSE, contract):
        raise errors.NotYours
    contract = _running(session, contract, at)
    every = _settled(session, contract)
    price, until = queries.present(session, contract)
    rules.check_told(affects, delta, None if ends_on == until else ends_on)
    if (price + delta).minor <= 0:
        raise errors.ValueGone(field="delta")
    if ends_on is not None and (ends_on <= contract.starts_on or ends_on < local_date(at)):
        raise errors.EndsTooEarly(field="ends_on")
    on = local_date(at)
    found = assess(session, contract, delta, law=law, rows=rows, on=on)
    rules.check_ground(ground, affects, found)
    limit, _is_works = threshold(contract, law, on)
    made = ContractChange(
        contract_id=contract.id, number=len(every) + 1, kind=Kind.CHANGE, ground=ground, what=what, shown=shown,
        delta_minor=delta.minor, ends_on=ends_on or until,
        arithmetic={
            **found.as_json(), "affects": [each.value for each in affects],
            "is_european": contract.price >= limit,
        },
        proposed_by_id=actor.user_id, proposed_at=at,
    )  # fmt: skip
    session.add(made)
    session.flush()
    emit(session, events.ContractChanging(contract.id, contract.tender_id, delta.minor))
    _note(
        session, "contract.change_proposed", contract, made, actor, at, ground=ground.value, delta=delta.minor
    )
    _tell(
        session, contract, made, contract.buyer_id, N_("Beslis over een wijziging van %(number)s"),
        N_("Een collega stelt een wijziging voor van “%(title)s”. Iemand anders beslist."), "proposed", at,
    )  # fmt: skip
    return made


def decide_change(
    session: Session,
    *,
    contract: Contract,
    number: int,
    approved: bool,
    reason: str,
    actor: Actor,
    at: datetime,
) -> ContractChange:
    """A second person of the buyer says yes, and signs with it; or no: not lawful without a new procedure.

    Raises:
        NotYours, SamePerson: who may not.
        NotWaiting: it was decided.
        TextTooShort: a refusal says why.
    """
    if not policy.may(actor, policy.PROPOSE, contract):
        raise errors.NotYours
    contracts.locked_contract(session, contract.id)
    found = queries.change(session, contract.id, number)
    if found.proposed_by_id == actor.user_id:
        raise errors.SamePerson
    if found.state is not rules.State.PROPOSED:
        raise errors.NotWaiting
    clean = reason.strip() if approved else words(reason, "reason")
    if approved:
        emit(session, events.ContractChanging(contract.id, contract.tender_id, found.delta_minor))
    found.approved, found.decision_reason = approved, clean
    found.decided_by_id, found.decided_at = actor.user_id, at
    session.flush()
    _note(session, "contract.change_decided", contract, found, actor, at, approved=approved)
    if approved:
        for party, _share in contract.suppliers:
            _tell(
                session, contract, found, party, N_("Teken de wijziging van %(number)s"),
                N_("De koper wil “%(title)s” wijzigen. De wijziging geldt als u ook tekent."), "approved", at,
            )  # fmt: skip
    return found


def answer_change(
    session: Session,
    *,
    contract: Contract,
    number: int,
    accepted: bool,
    reason: str,
    actor: Actor,
    at: datetime,
) -> ContractChange:
    """The supplier signs, and the change is in force; or it does not, and says why.

    Where several supply together each of them signs, and the last signature counts; one that does not ends it.

    Raises:
        NotYours: no board member of a supplier.
        NotWaiting, Ended: it is not the supplier's turn, or the contract is over.
        SignedBefore: this member signed.
        TextTooShort: not signing says why.
    """
    if not policy.may(actor, policy.SIGN, contract):
        raise errors.NotYours
    contract = contracts.locked_contract(session, contract.id)
    found, ends_on = queries.change(session, contract.id, number), queries.present(session, contract)[1]
    rules.check_answer(found.state, local_date(at), ends_on)
    if found.signature_of(actor.organisation_id):
        raise errors.SignedBefore
    if accepted and contract.member(actor.organisation_id):
        found.signatures.append(
            ChangeSignature(organisation_id=actor.organisation_id, signed_by_id=actor.user_id, signed_at=at)
        )
        session.flush()
        _note(session, "contract.change_signed", contract, found, actor, at)
        signed = [each.organisation_id for each in found.signatures if each.taken_back_at is None]
        if not rules.signed_by_all([each.organisation_id for each in contract.members], signed):
            return found
    found.supplier_reason = reason.strip() if accepted else words(reason, "reason")
    found.accepted, found.supplier_by_id, found.supplier_at = accepted, actor.user_id, at
    session.flush()
    _note(session, "contract.change_answered", contract, found, actor, at, accepted=accepted)
    if accepted:
        starts_on = min(max(local_date(at), contract.starts_on), found.ends_on)
        lines = [Line(found.what[:MOST_WHAT], found.delta, contract.lines[0].vat_code)]
        _enter_force(session, contract, found, lines, starts_on, at)
    else:
        _tell_others(
            session, contract, found, actor, N_("De leverancier tekende niet: %(number)s"),
            N_("De leverancier tekende de wijziging van “%(title)s” niet. Lees waarom."), "declined", at,
        )  # fmt: skip
    return found


def take_back_signature(
    session: Session, *, contract: Contract, number: int, actor: Actor, at: datetime
) -> ContractChange:
    """A member takes its signature back while another still has to sign; the others hear it, and it may sign anew.

    Raises:
        NotYours: no board member of a supplier.
        NothingToTakeBack: the change is in force or over, or this member has no standing signature.
    """
    if not policy.may(actor, policy.SIGN, contract):
        raise errors.NotYours
    contract = contracts.locked_contract(session, contract.id)
    found = queries.change(session, contract.id, number)
    signature = found.signature_of(actor.organisation_id)
    if signature is None:
        raise errors.NothingToTakeBack
    signature.take_back(found, actor.user_id, at)
    session.flush()
    _note(session, "contract.change_taken_back", contract, found, actor, at)
    _tell_others(
        session, contract, found, actor, N_("Handtekening teruggenomen: %(number)s"),
        N_("Een lid neemt zijn handtekening onder de wijziging van “%(title)s” terug. Zo geldt die nog niet."),
        f"back-{signature.id}", at,
    )  # fmt: skip
    return found


def extend_contract(
    session: Session, *, contract: Contract, amount: Money, actor: Actor, at: datetime
) -> ContractChange:
    """Extend a contract once more, as the tender told; in force at once, for both signed it beforehand.

    `amount` is the price of the extra term without VAT, zero where nothing more is paid.

    Raises:
        NotYours: no purchaser of the buyer.
        NotSigned, Ended, ChangeRuns, NoExtensionLeft, NoticePassed: not now.
    """
    if not policy.may(actor, policy.PROPOSE, contract):
        raise errors.NotYours
    if amount.minor < 0:
        raise errors.ValueGone(field="amount")
    contract = _running(session, contract, at)
    every = _settled(session, contract)
    told, used = find_extensions(session, contract.tender_id), queries.extended(session, contract.id)
    if told is None or used >= told.times:
        raise errors.NoExtensionLeft
    _price, ends_on = queries.present(session, contract)
    if local_date(at) > told.until(ends_on):
        raise errors.NoticePassed(until=told.until(ends_on))
    facts: dict[str, Any] = {"affects": [Affects.DURATION.value], "months": told.months}
    made = ContractChange(
        contract_id=contract.id, number=len(every) + 1, kind=Kind.EXTENSION, ground=Ground.CLAUSE,
        what=f"Verlenging {used + 1} van {told.times}, met {told.months} maanden.",
        shown="De aanbesteding noemde deze verlenging. Ook de lengte en de termijn stonden erin.",
        delta_minor=amount.minor, ends_on=told.end_after(ends_on, 1), arithmetic=facts,
        proposed_by_id=actor.user_id, proposed_at=at, approved=True, decided_by_id=actor.user_id, decided_at=at,
    )  # fmt: skip
    session.add(made)
    session.flush()
    count = min(told.months, MOST_LINES, max(amount.minor, 1))
    lines = (
        instalments(amount, count, contract.title[:MOST_WHAT], contract.lines[0].vat_code)
        if amount.minor
        else []
    )
    _enter_force(session, contract, made, lines, ends_on + timedelta(days=1), at)
    return made


def note_notice(
    session: Session, *, contract: Contract, number: int, reference: str, actor: Actor, at: datetime
) -> ContractChange:
    """Write down that the notice of a change was published elsewhere, with its reference; once.

    Raises:
        NotYours, NotWaiting: who may not, or it stands there already.
        TextTooShort: no reference.
    """
    if not policy.may(actor, policy.PROPOSE, contract):
        raise errors.NotYours
    contracts.locked_contract(session, contract.id)
    found = queries.change(session, contract.id, number)
    if found.notice_reference or found.effective_at is None:
        raise errors.NotWaiting
    found.notice_reference = words(reference, "reference", least=LEAST_REFERENCE)
    session.flush()
    _note(session, "contract.change_notice", contract, found, actor, at, reference=found.notice_reference)
    return found


def _enter_force(
    session: Session,
    contract: Contract,
    change: ContractChange,
    lines: Sequence[Line],
    starts_on: date,
    at: datetime,
) -> None:
    """From now on it counts; what it adds gets an agreement of its own, what it takes off lowers what is there."""
    emit(session, events.ContractChanging(contract.id, contract.tender_id, change.delta_minor))
    agreement_id = None
    if change.delta_minor > 0:
        agreement_id = make_agreement(
            session, reference=change_reference(contract.number, change.number), title=contract.title[:200],
            buyer_id=contract.buyer_id, suppliers=contract.suppliers, cpv=contract.tender.cpv or "",
            lines=split_lines(
                [AgreementLine(each.description, "LS", Decimal(1), each.amount.decimal(), each.vat) for each in lines],
                contract.suppliers,
            ),
            starts_on=starts_on, ends_on=change.ends_on, payment_days=contract.payment_days,
            on_order=contract.tender.framework is not None, at=at,
        ).id  # fmt: skip
    if change.delta_minor < 0:
        added = [each.agreement_id for each in queries.in_force(session, [contract.id])]
        reduce_agreements(
            session, agreement_ids=[each for each in (contract.agreement_id, *added) if each is not None],
            by=Money(-change.delta_minor), actor_id=_nobody(change), at=at,
        )  # fmt: skip
    change.effective_at, change.agreement_id = at, agreement_id
    session.flush()
    _note(
        session,
        "contract.changed_in_force",
        contract,
        change,
        _nobody(change),
        at,
        ends_on=change.ends_on.isoformat(),
    )
    for side in contract.parties:
        _tell(
            session, contract, change, side, N_("Gewijzigd: contract %(number)s"),
            N_("De wijziging van “%(title)s” geldt nu. Lees wat er anders is."), "force", at,
        )  # fmt: skip
    emit(session, events.ContractChanged(contract.id, contract.tender_id, change.number))


def _tell_others(
    session: Session, contract: Contract, change: ContractChange, actor: Actor, subject: str, text: str, key: str,
    at: datetime,
) -> None:  # fmt: skip
    """Write to the other parties of a contract than the one for whom somebody acts."""
    for side in contract.parties:
        if side != actor.organisation_id:
            _tell(session, contract, change, side, subject, text, key, at)


def _nobody(change: ContractChange) -> int:
    """Who brought a change into force: the supplier that signed last, or who extended."""
    return change.supplier_by_id or change.proposed_by_id


def _tell(
    session: Session, contract: Contract, change: ContractChange, organisation_id: int, subject: str, text: str,
    key: str, at: datetime,
) -> None:  # fmt: skip
    key = f"change-{change.id}-{key}"
    tell_side(session, contract, organisation_id, subject, text, key, at, page="/performance")


def _note(
    session: Session, action: str, contract: Contract, change: ContractChange, actor: Actor | int, at: datetime,
    **facts: object,
) -> None:  # fmt: skip
    record(
        session, action=action, subject=f"contract:{contract.number}",
        actor_id=actor if isinstance(actor, int) else actor.user_id, facts={"change": change.number, **facts}, at=at,
    )  # fmt: skip
