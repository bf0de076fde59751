"""Making a contract of a definitive award, examining the local option, signing."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from cwb.audit.services import record
from cwb.identity.queries import people_with
from cwb.kernel.clock import local_date
from cwb.kernel.events import emit
from cwb.kernel.money import Money
from cwb.kernel.policy import Actor, Role
from cwb.kernel.text import N_
from cwb.kernel.words import ReasonTooShort, words
from cwb.notifications.services import mail_each
from ledger.agreements.rules import AgreementLine, split_lines
from ledger.agreements.services import make_agreement
from procurement.consortia import rules as consortia
from procurement.contracts import errors, events, policy, queries, rules
from procurement.contracts.models import Contract, ContractCounter, ContractLine, ContractMember, LocalOption
from procurement.contracts.rules import Line, LocalOutcome
from procurement.proofs.queries import lots_lacking
from procurement.standstill.errors import ProofOpen
from procurement.tenders import queries as tenders
from procurement.tenders.models import Lot, Tender
from procurement.tenders.services import complete_tender


def next_number(session: Session, at: datetime) -> str:
    """The next number of the year; the counter row stays locked until the transaction ends, so there are no gaps."""
    year = local_date(at).year
    upsert = insert(ContractCounter).values(year=year, last=1)
    last = session.execute(
        upsert.on_conflict_do_update(
            index_elements=["year"], set_={"last": ContractCounter.last + 1}
        ).returning(ContractCounter.last)
    ).scalar_one()
    return f"C-{year}-{last:04}"


def awarded_price(session: Session, lot: Lot) -> Money:
    """The price of the winning bid on a lot, without VAT.

    Raises:
        NotAwarded: no definitive award.
    """
    award = queries.find_award(session, lot.id)
    if award is None or award.winner is None or award.winner.price_minor is None:
        raise errors.NotAwarded
    return Money(award.winner.price_minor)


def make_contract(
    session: Session, *, tender: Tender, lot: Lot, lines: Sequence[Line], starts_on: date, ends_on: date,
    payment_days: int, actor: Actor, at: datetime,
) -> Contract:  # fmt: skip
    """A contract of a lot with a definitive award, to be signed by both; its lines sum exactly to the awarded price.

    Raises:
        NotYours: no purchaser of the buyer.
        NotAwarded, AlreadyMade: not now.
        SumDiffers, LineInvalid, InstalmentsWrong, TermReversed, TermOver, PaymentTermInvalid: input.
    """
    if not policy.may_make(actor, tender):
        raise errors.NotYours
    tender = tenders.locked_tender(session, tender.id)
    price, award = awarded_price(session, lot), queries.find_award(session, lot.id)
    if award is None or award.winner is None or tender.cancelled_at is not None or lot.tender_id != tender.id:
        raise errors.NotAwarded
    before = queries.find_of_lot(session, lot.id)
    if before is not None:
        raise errors.AlreadyMade(number=before.number)
    rules.check_terms(starts_on, ends_on, payment_days, local_date(at))
    rules.check_lines(lines, price)
    made = Contract(
        number=next_number(session, at), tender_id=tender.id, lot_id=lot.id, decision_id=award.decision_id,
        buyer_id=tender.buyer_id, supplier_id=award.winner.organisation_id,
        title=rules.title_of(tender.number, tender.title, tender.lot_count, lot.number, lot.title),
        price_minor=price.minor, starts_on=starts_on, ends_on=ends_on, payment_days=payment_days,
        created_by_id=actor.user_id, created_at=at, lines=_rows(lines),
        members=[
            ContractMember(position=position, organisation_id=organisation_id, role=role, share=share)
            for position, (organisation_id, role, share) in enumerate(
                members_of(session, award.winner.content), start=1
            )
        ],
    )  # fmt: skip
    session.add(made)
    session.flush()
    _note(session, "contract.made", made, actor, at, tender=tender.number, lot=lot.number, price=price.minor)
    _tell_suppliers(
        session, made, N_("Contract %(number)s ligt klaar"),
        N_("Het contract “%(title)s” ligt klaar. Lees het en teken als het klopt."), f"made-{made.version}", at,
    )  # fmt: skip
    return made


def members_of(session: Session, content: Mapping[str, Any] | None) -> list[tuple[int, str, int]]:
    """The members of an opened bid, lead first, as they were sealed: organisation, role, share in basis points.

    None for who bid alone.
    """
    found = consortia.parties(content)
    ids = queries.organisation_ids(session, [UUID(each["organisation"]) for each in found])
    return [(ids[UUID(each["organisation"])], each["role"], each["share"]) for each in found]


def _rows(lines: Sequence[Line]) -> list[ContractLine]:
    return [
        ContractLine(
            position=position, description=each.description.strip(), amount_minor=each.amount.minor,
            vat_code=each.vat,
        )
        for position, each in enumerate(lines, start=1)
    ]  # fmt: skip


def change_contract(
    session: Session, *, contract: Contract, lines: Sequence[Line], starts_on: date, ends_on: date,
    payment_days: int, version: int, actor: Actor, at: datetime,
) -> Contract:  # fmt: skip
    """Change a contract that nobody signed yet.

    Raises:
        NotYours; ContractSigned: too late; ContractChanged: the form was made from an older version.
        SumDiffers, LineInvalid, InstalmentsWrong, TermReversed, TermOver, PaymentTermInvalid: input.
    """
    if not policy.may(actor, policy.MAKE, contract):
        raise errors.NotYours
    contract = queries.locked_contract(session, contract.id)
    if contract.state is not rules.ContractState.DRAFT:
        raise errors.ContractSigned
    if contract.version != version:
        raise errors.ContractChanged
    rules.check_terms(starts_on, ends_on, payment_days, local_date(at))
    rules.check_lines(lines, contract.price)
    contract.starts_on, contract.ends_on, contract.payment_days = starts_on, ends_on, payment_days
    contract.version += 1
    contract.lines.clear()
    session.flush()
    contract.lines.extend(_rows(lines))
    session.flush()
    _note(session, "contract.changed", contract, actor, at, version=contract.version)
    _tell_suppliers(
        session, contract, N_("Contract %(number)s is gewijzigd"),
        N_("De koper wijzigde het contract “%(title)s”. Lees het opnieuw."), f"made-{contract.version}", at,
    )  # fmt: skip
    return contract


def examine_local_option(
    session: Session, *, contract: Contract, outcome: LocalOutcome, reason: str, actor: Actor, at: datetime
) -> LocalOption:
    """Write down whether the local option was examined, by whom, with what outcome and why; once per contract.

    Raises:
        NotYours, LocalOptionKnown, ReasonTooShort.
    """
    if not policy.may(actor, policy.MAKE, contract):
        raise errors.NotYours
    contract = queries.locked_contract(session, contract.id)
    if contract.local_option is not None:
        raise errors.LocalOptionKnown
    made = LocalOption(
        contract_id=contract.id, outcome=outcome, reason=words(reason, "reason", short=ReasonTooShort),
        examined_by_id=actor.user_id, examined_at=at,
    )  # fmt: skip
    contract.local_option = made
    session.flush()
    _note(session, "contract.local_option", contract, actor, at, outcome=outcome.value)
    return made


def sign_contract(
    session: Session, *, contract: Contract, version: int, actor: Actor, at: datetime
) -> Contract:
    """Sign for one's own side, once. The second signature makes the agreement for invoices.

    With the last contract of a tender the tender ends.

    Raises:
        NotYours: neither a purchaser of the buyer nor a board member of the supplier.
        SignedBefore: this side signed.
        ContractChanged: it is not what was read.
        LocalOptionMissing: the buyer has not written it down.
        NotAwarded: no definitive award.
        ProofOpen: the winner was asked for papers that are not settled.
    """
    if not policy.may(actor, policy.SIGN, contract):
        raise errors.NotYours
    contract = queries.locked_contract(session, contract.id)
    buys = actor.organisation_id == contract.buyer_id
    member = None if buys else contract.member(actor.organisation_id)
    before = (
        contract.buyer_signed_at
        if buys
        else contract.supplier_signed_at
        if member is None
        else member.signed_at
    )
    if before is not None:
        raise errors.SignedBefore(at=before)
    if contract.version != version:
        raise errors.ContractChanged
    if contract.tender.awarded_at is None:
        raise errors.NotAwarded
    if buys and contract.local_option is None:
        raise errors.LocalOptionMissing
    if contract.lot_id in lots_lacking(session, contract.decision_id):
        raise ProofOpen
    if member is not None:
        member.signed_by_id, member.signed_at = actor.user_id, at
        session.flush()
    _note(
        session, "contract.signed", contract, actor, at,
        side="buyer" if buys else "supplier" if member is None else f"member {member.position}",
    )  # fmt: skip
    if all(each.signed_at for each in contract.members) or buys:
        _sign_side(session, contract, actor, at, buys=buys)
    return queries.contract(session, contract.number)


def _sign_side(session: Session, contract: Contract, actor: Actor, at: datetime, *, buys: bool) -> None:
    """The signature of a side: of the buyer, or of the last one that supplies; both make the agreement."""
    whole = (contract.supplier_signed_at if buys else contract.buyer_signed_at) is not None
    agreement_id = _agree(session, contract, at) if whole else None
    if buys:
        contract.buyer_signed_by_id, contract.buyer_signed_at = actor.user_id, at
    else:
        contract.supplier_signed_by_id, contract.supplier_signed_at = actor.user_id, at
    contract.agreement_id = agreement_id
    session.flush()
    if agreement_id is None:
        subject, text = (
            N_("Contract %(number)s: nu uw handtekening"),
            N_("De andere partij tekende “%(title)s”. Het contract geldt als u ook tekent."),
        )
        if buys:
            _tell_suppliers(session, contract, subject, text, "one", at)
        else:
            tell_side(session, contract, contract.buyer_id, subject, text, f"contract-{contract.id}-one", at)
        return
    complete_when_signed(session, contract.tender_id, at)
    subject, text = (
        N_("Contract %(number)s geldt"),
        N_("Beide partijen tekenden “%(title)s”. Facturen kunnen nu."),
    )
    tell_side(session, contract, contract.buyer_id, subject, text, f"contract-{contract.id}-both", at)
    _tell_suppliers(session, contract, subject, text, "both", at)
    emit(session, events.ContractSigned(contract.id, contract.tender_id, agreement_id))


def complete_when_signed(session: Session, tender_id: int, at: datetime) -> None:
    """End the tender with the last of its contracts; the tender is locked, so two last ones see each other."""
    tenders.locked_tender(session, tender_id)
    made, awarded = queries.of_tender(session, tender_id), queries.awarded_lots(session, tender_id)
    if awarded and all(lot_id in made and made[lot_id].agreement_id is not None for lot_id in awarded):
        complete_tender(session, tender_id=tender_id, at=at)


def _agree(session: Session, contract: Contract, at: datetime) -> int:
    """What invoices are made from: every line a fixed amount; with members split to the cent, each its own part."""
    lines = [
        AgreementLine(each.description, "LS", Decimal(1), each.amount.decimal(), each.vat_code)
        for each in contract.lines
    ]
    made = make_agreement(
        session, reference=contract.number, title=contract.title[:200], buyer_id=contract.buyer_id,
        suppliers=contract.suppliers, cpv=contract.tender.cpv or "", lines=split_lines(lines, contract.suppliers),
        starts_on=contract.starts_on, ends_on=contract.ends_on, payment_days=contract.payment_days,
        on_order=contract.tender.framework is not None, at=at,
    )  # fmt: skip
    return made.id


def _tell_suppliers(
    session: Session, contract: Contract, subject: str, text: str, key: str, at: datetime
) -> None:
    for organisation_id, _share in contract.suppliers:
        tell_side(session, contract, organisation_id, subject, text, f"contract-{contract.id}-{key}", at)


def tell_side(
    session: Session, contract: Contract, organisation_id: int, subject: str, text: str, key: str, at: datetime,
    *, page: str = "", **facts: object,
) -> None:  # fmt: skip
    """Write to those who act for one side of a contract: the purchasers of its buyer, the board of who supplies.

    `key` is once per happening, `page` the page below that of the contract ("/performance"); `facts` stand in the words
    beside number and title.
    """
    role = Role.PURCHASER if organisation_id == contract.buyer_id else Role.BOARD
    mail_each(
        session, people_with(session, organisation_id, role), subject=subject, text=text,
        facts={"number": contract.number, "title": contract.title, **facts}, link=f"/contracts/{contract.number}{page}",
        at=at, key=key,
    )  # fmt: skip


def _note(
    session: Session, action: str, contract: Contract, actor: Actor, at: datetime, **facts: object
) -> None:
    record(
        session, action=action, subject=f"contract:{contract.number}", actor_id=actor.user_id, facts=facts,
        at=at,
    )  # fmt: skip
