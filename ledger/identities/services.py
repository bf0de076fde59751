"""Use cases of who suppliers are: known, linked as far as that is sure, decided by people, undone."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from cwb.audit.services import record
from cwb.identity.models import Organisation
from cwb.identity.queries import people_with
from cwb.kernel.bulk import insert_rows
from cwb.kernel.clock import local_date
from cwb.kernel.events import emit
from cwb.kernel.identifiers import KvkNumber
from cwb.kernel.ids import uuid7s
from cwb.kernel.policy import Role
from cwb.kernel.text import N_
from cwb.notifications.services import mail_each
from ledger.extracts import queries as extract_queries
from ledger.extracts.models import RegisterExtract
from ledger.extracts.rules import same_name
from ledger.identities import queries as identity_queries
from ledger.suppliers import queries, rules
from ledger.suppliers.errors import (
    LinkUnchanged,
    NumberNotLookedUp,
    OwnSupplier,
    SaidBefore,
    SuppliersKnownApart,
)
from ledger.suppliers.events import SupplierLinked
from ledger.suppliers.models import Supplier, SupplierLink
from ledger.suppliers.rules import PROVES, SupplierFacts, check_link
from ledger.suppliers.services import classify, declare, party_supplier, tell_register

_PART = 2000


def known_suppliers(
    session: Session, *, anchor: Organisation, facts: Iterable[SupplierFacts], actor_id: int | None, at:
    datetime,
) -> dict[str, Supplier]:  # fmt: skip
    """The suppliers of an anchor's ledger by identity; unknown ones are made, with their address as E1.

    New ones are linked to who they are as far as that is sure (`settle`); the rest waits for a person.
    """
    wanted = {each.identity: each for each in facts}
    found = queries.known_by_identity(session, anchor.id, list(wanted))
    unknown = [(name, each) for name, each in wanted.items() if name not in found]
    rows = [
        {
            "public_id": public_id, "identity": name, "recorded_by_id": anchor.id, "party_id": None, "created_at": at,
            **Supplier.columns_of(each),
        }
        for public_id, (name, each) in zip(uuid7s(len(unknown)), unknown, strict=True)
    ]  # fmt: skip
    if not rows:
        return found
    insert_rows(session, Supplier, rows)
    fresh = queries.known_by_identity(session, anchor.id, [row["identity"] for row in rows])
    made = [fresh[row["identity"]] for row in rows]
    declare(session, suppliers=[each for each in made if each.postcode], at=at)
    settle(session, suppliers=made, actor_id=actor_id, at=at, new=True)
    return found | fresh


def settle(
    session: Session,
    *,
    suppliers: Sequence[Supplier],
    actor_id: int | None,
    at: datetime,
    new: bool = False,
) -> Sequence[Supplier]:
    """Link suppliers of ledgers, as far as that is sure, to who they are; say of all of them what is proven.

    To a legal person only by a number that the register confirmed, when the names agree and no person said no; to
    an organisation of this house when its number is that one too. Anything less waits for a person. Returns who was
    found to be a legal person. Some thousand at a time: a statement carries no more than 65,535 values.
    """
    return [
        each
        for start in range(0, len(suppliers), _PART)
        for each in _settle(session, suppliers[start : start + _PART], actor_id, at, new=new)
    ]


def _settle(
    session: Session, suppliers: Sequence[Supplier], actor_id: int | None, at: datetime, *, new: bool
) -> list[Supplier]:
    open_ones = [
        each for each in suppliers if each.register_number is None and each.recorded_by_id is not None
    ]
    extracts, told = identity_queries.known(session, open_ones)
    refused = {} if new else queries.refused(session, [each.id for each in open_ones])
    sure = [
        (each, extracts[found.register_number], found.by)
        for each in open_ones
        if (found := rules.sure(told[each.id], refused.get(each.id, ()))) is not None
    ]
    for each, extract, by in sure:
        _confirm(session, each, extract, f"{by}: nummer bevestigd in het register, naam gelijk", None, at)
    session.flush()
    tell_register(session, found=[(each, extract) for each, extract, _by in sure], actor_id=actor_id, at=at)
    _link_parties(session, suppliers, actor_id, at)
    met = {each.id for each in suppliers if new and (each.register_number or each.party_id)}
    classify(session, suppliers=[each for each in suppliers if each.id not in met], new=new)
    classify(session, suppliers=[each for each in suppliers if each.id in met])
    return [each for each, _extract, _by in sure]


def _confirm(
    session: Session, supplier: Supplier, extract: RegisterExtract, reason: str, actor_id: int | None, at:
    datetime,
) -> None:  # fmt: skip
    supplier.register_number, supplier.kvk_confirmed_on = extract.kvk_number, extract.looked_up_on
    supplier.natural_person = extract.natural_person
    session.add(
        SupplierLink(
            supplier_id=supplier.id, kind="register", holds=True, register_number=extract.kvk_number, reason=reason,
            actor_id=actor_id, at=at,
        )
    )  # fmt: skip


def _link_parties(
    session: Session, suppliers: Sequence[Supplier], actor_id: int | None, at: datetime
) -> None:
    """Link to an organisation of this house whose number is theirs and confirmed, and whose name is the same."""
    free = [each for each in suppliers if each.party_id is None and (each.register_number or each.kvk_number)]
    parties = queries.organisations_by_kvk(
        session, [number for each in free if (number := each.register_number or each.kvk_number)]
    )
    if not parties:
        return
    proven = queries.proven_parties(session, [each.id for each in parties.values()], PROVES)
    loose = queries.decided_loose(session, [each.id for each in free])
    for each in free:
        party = parties.get(each.register_number or each.kvk_number or "")
        if party is None or each.id in loose or not same_name(party.name, each.name):
            continue
        if each.register_number or party.id in proven:
            _link(session, each, party.id, "KvK-nummer en naam gelijk, plaats bevestigd", actor_id, at)


def link_supplier(
    session: Session, *, supplier: Supplier, party: Organisation | None, reason: str,
    actor_id: int | None, at: datetime, proposal_id: int | None = None,
) -> Supplier:  # fmt: skip
    """Decide that a supplier is a party, or with None undo that. The evidence of the party counts for it from then on.

    Raises:
        LinkReasonMissing: no reason.
        LinkUnchanged: it is linked like that already.
        OwnSupplier: it stands for a party itself.
    """
    told = check_link(reason)
    _held(session, supplier)
    party_id = None if party is None else party.id
    if supplier.party_id == party_id:
        raise LinkUnchanged
    if party is not None:
        party_supplier(session, organisation=party, at=at)
    _link(session, supplier, party_id, told, actor_id, at, proposal_id)
    return supplier


def _link(
    session: Session, supplier: Supplier, party_id: int | None, reason: str, actor_id: int | None, at:
    datetime, proposal_id: int | None = None,
) -> None:  # fmt: skip
    def act() -> None:
        supplier.party_id = party_id

    facts = {
        "kind": "party", "holds": party_id is not None, "party_id": party_id, "proposal_id": proposal_id
    }  # fmt: skip
    _decide(session, supplier, act, facts, reason, actor_id, at)
    record(
        session, action="supplier.linked" if party_id else "supplier.loosened",
        subject=f"supplier:{supplier.public_id}", actor_id=actor_id, facts={"party": party_id}, at=at,
    )  # fmt: skip
    emit(session, SupplierLinked(supplier.id, party_id, actor_id, at))


def _decide(
    session: Session, supplier: Supplier, act: Callable[[], None], facts: dict[str, Any], reason: str,
    actor_id: int | None, at: datetime,
) -> None:  # fmt: skip
    """Let a decision take effect, write it down, and say anew what is proven of all who were or now are the same."""
    before = queries.together(session, [supplier])
    act()
    session.add(SupplierLink(supplier_id=supplier.id, reason=reason, actor_id=actor_id, at=at, **facts))
    session.flush()
    classify(session, suppliers=[*before, supplier])


def identify_supplier(
    session: Session, *, supplier: Supplier, number: str, holds: bool, reason: str, actor_id: int, at: datetime,
    proposal_id: int | None = None,
) -> Supplier:  # fmt: skip
    """Decide that a supplier is (or is not) the legal person with this number in the register.

    A no also keeps programs from linking it by themselves later; it undoes a yes.

    Raises:
        LinkReasonMissing: no reason. LinkUnchanged: that stood already. OwnSupplier: it stands for a party itself.
        NumberNotLookedUp: nobody looked the number up; look it up first.
    """
    told = check_link(reason)
    _held(session, supplier)
    extract = extract_queries.latest(session, [number]).get(number)
    if extract is None:
        raise NumberNotLookedUp(field="kvk_number")
    is_now = supplier.register_number == number
    if is_now == holds and (holds or number in queries.refused(session, [supplier.id]).get(supplier.id, ())):
        raise LinkUnchanged

    def act() -> None:
        if holds:
            supplier.register_number, supplier.kvk_confirmed_on = number, extract.looked_up_on
            supplier.natural_person = extract.natural_person
            tell_register(session, found=[(supplier, extract)], actor_id=actor_id, at=at)
        elif is_now:
            supplier.register_number = supplier.kvk_confirmed_on = None

    facts = {"kind": "register", "holds": holds, "register_number": number, "proposal_id": proposal_id}
    _decide(session, supplier, act, facts, told, actor_id, at)
    _recorded(
        session, supplier, "supplier.identified" if holds else "supplier.not_identified", number, actor_id, at
    )
    return supplier


def say_who(
    session: Session, *, supplier: Supplier, who: KvkNumber | str | Organisation | Supplier, reason: str,
    actor_id: int, at: datetime,
) -> bool:  # fmt: skip
    """Say at a page that a supplier is this legal person (its number), this organisation, or this other supplier.

    Returns whether it counts now. At once where one person is enough (`rules.one_is_enough`). Else what was said
    waits until a second person says the same, or anybody no.

    Raises:
        LinkReasonMissing, LinkUnchanged, OwnSupplier, NumberNotLookedUp, SuppliersKnownApart.
        SaidBefore: one cannot be the second person.
    """
    told = check_link(reason)
    _held(session, supplier)
    if isinstance(who, Supplier):
        who = head_of(session, supplier, who)
    subject = _subject(supplier, who)
    waits = identity_queries.proposals(session, supplier)
    same = [each for each in waits if all(getattr(each, name) == value for name, value in subject.items())]
    facts: dict[str, Any] = {"supplier": supplier, "reason": told, "actor_id": actor_id, "at": at}
    if not identity_queries.one_is_enough(session, supplier, who, actor_id):
        if not same:
            said = SupplierLink(
                supplier_id=supplier.id, kind="proposed", holds=True, reason=told, actor_id=actor_id, at=at, **subject
            )  # fmt: skip
            session.add(said)
            session.flush()
            whom = next(value for value in subject.values() if value is not None)
            _recorded(session, supplier, "supplier.proposed", whom, actor_id, at)
            return False
        facts["proposal_id"] = next((each.id for each in same if each.actor_id != actor_id), None)
        if facts["proposal_id"] is None:
            raise SaidBefore(field="who")
    if isinstance(who, Organisation):
        link_supplier(session, party=who, **facts)
    elif isinstance(who, Supplier):
        join_suppliers(session, other=who, holds=True, **facts)
    else:
        identify_supplier(session, number=who, holds=True, **facts)
    return True


def _subject(supplier: Supplier, who: str | Organisation | Supplier) -> dict[str, Any]:
    """Whom a decision is about, by column; refused where that stands already."""
    party_id, other_id = (who.id if isinstance(who, kind) else None for kind in (Organisation, Supplier))
    number = str(who) if isinstance(who, str) else None
    pairs = (
        (supplier.party_id, party_id),
        (supplier.register_number, number),
        (supplier.same_as_id, other_id),
    )
    if any(new is not None and old == new for old, new in pairs):
        raise LinkUnchanged
    return {"party_id": party_id, "register_number": number, "other_id": other_id}


def head_of(session: Session, supplier: Supplier, other: Supplier) -> Supplier:
    """The supplier that stands for all that people said are the same as this other one, where the two may be joined.

    Raises:
        SuppliersKnownApart: it is the supplier itself, or one of the two was found to be somebody already.
    """
    head = _head(session, other)
    if supplier.id == head.id or any(e.party_id or e.register_number for e in (supplier, head)):
        raise SuppliersKnownApart
    return head


def _head(session: Session, other: Supplier) -> Supplier:
    return queries.supplier_by_id(session, other.same_as_id or other.id)


def join_suppliers(
    session: Session, *, supplier: Supplier, other: Supplier, holds: bool, reason: str, actor_id: int, at: datetime,
    proposal_id: int | None = None,
) -> Supplier:  # fmt: skip
    """Decide that a supplier is (or is not) the same as another, where no register knows either. Undone by a no.

    Raises:
        LinkReasonMissing: no reason. LinkUnchanged: that stood already. OwnSupplier: it stands for a party itself.
        SuppliersKnownApart: it is itself, or one of them was found to be somebody already: say who the other is.
    """
    told = check_link(reason)
    _held(session, supplier)
    head = head_of(session, supplier, other) if holds else _head(session, other)
    if supplier.id == head.id:
        raise SuppliersKnownApart
    if (supplier.same_as_id == head.id) == holds and (
        holds or queries.said_apart(session, supplier.id, head.id)
    ):
        raise LinkUnchanged

    def act() -> None:
        if holds:
            for each in queries.together(session, [supplier]):
                each.same_as_id = head.id
        elif supplier.same_as_id == head.id:
            supplier.same_as_id = None

    facts = {"kind": "same", "holds": holds, "other_id": head.id, "proposal_id": proposal_id}
    _decide(session, supplier, act, facts, told, actor_id, at)
    _recorded(session, supplier, "supplier.joined" if holds else "supplier.parted", head.id, actor_id, at)
    return supplier


def ask_buyer(session: Session, *, supplier: Supplier, link: str, actor_id: int, at: datetime) -> None:
    """Write to the purchasers of the anchor whose ledger has a supplier: who is it? Once a day at most.

    Raises:
        OwnSupplier: it stands for a party itself.
    """
    if supplier.recorded_by_id is None:
        raise OwnSupplier
    mail_each(
        session, people_with(session, supplier.recorded_by_id, Role.PURCHASER),
        subject=N_("Wie is uw leverancier %(name)s?"),
        text=N_(
            "Beste collega,\n\nIn uw inkoopregels staat %(name)s. Wij weten niet welk bedrijf dat is. "
            "Daardoor telt dit deel van uw inkoop als niet bekend.\n\nGeef het KvK-nummer. Dan zoeken wij de plaats op."
        ),
        facts={"name": supplier.name}, link=link, at=at, key=f"who-{supplier.public_id}-{local_date(at)}",
    )  # fmt: skip
    _recorded(session, supplier, "supplier.asked", supplier.recorded_by_id, actor_id, at)


def give_number(
    session: Session, *, supplier: Supplier, number: KvkNumber, actor_id: int, at: datetime
) -> Supplier:
    """Take the KvK number of a supplier from its buyer. It proves nothing until a register confirmed it.

    Raises:
        LinkUnchanged: that number stood already. OwnSupplier: it stands for a party itself.
    """
    _held(session, supplier)
    if supplier.kvk_number == number:
        raise LinkUnchanged
    supplier.kvk_number, supplier.kvk_given_by_id = number, actor_id
    session.flush()
    _recorded(session, supplier, "supplier.number_given", number, actor_id, at)
    settle(session, suppliers=[supplier], actor_id=actor_id, at=at)
    return supplier


def _held(session: Session, supplier: Supplier) -> None:
    """One decision at a time about a supplier of a ledger."""
    session.execute(select(Supplier.id).where(Supplier.id == supplier.id).with_for_update())
    session.refresh(supplier, ["party_id", "register_number", "same_as_id"])
    if supplier.recorded_by_id is None:
        raise OwnSupplier


def _recorded(
    session: Session, supplier: Supplier, action: str, who: object, actor_id: int, at: datetime
) -> None:
    record(
        session,
        action=action,
        subject=f"supplier:{supplier.public_id}",
        actor_id=actor_id,
        facts={"who": who},
        at=at,
    )
