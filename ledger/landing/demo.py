"""The demo's landed value: declarations with their checks, a subcontractor, a target and a study of three rounds."""

from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from cwb.demo.rules import Agenda
from cwb.files.gateway import HouseKeys
from cwb.identity.models import Organisation
from cwb.kernel.clock import local_date
from cwb.kernel.identifiers import KvkNumber
from cwb.kernel.money import Money
from cwb.kernel.period import Period
from cwb.kernel.policy import Role
from cwb.places.gateway import area_pack
from ledger.declarations.services import (
    add_purchase,
    check_declaration,
    send_declaration,
    start_declaration,
    write_surplus,
    write_wages,
    write_work,
)
from ledger.invoicing.models import Invoice
from ledger.invoicing.rules import InvoiceKind
from ledger.landing.queries import paid_by
from ledger.landing.services import add_paper, check_pass, pass_on
from ledger.multiplier.services import add_recipient, finish_study, start_study
from ledger.receipts.demo import blank
from ledger.share.rules import Standing
from ledger.spend.rules import LineFacts
from ledger.spend.services import record_spend
from ledger.suppliers.models import Supplier
from ledger.suppliers.queries import by_kvk
from ledger.suppliers.rules import SupplierFacts
from ledger.suppliers.services import party_supplier
from ledger.targets.services import decide_target, propose_target

FAR, NEAR = (6, 2, 1), (38, 9, 4)
"""Hundredths of the turnover that are wages, purchases and surplus: of a supplier elsewhere, and of one nearby."""

RECIPIENTS = (
    *(
        (f"Schoonmaker {each} (voorbeeld)", Standing.LOCAL, 520_000 + 10_000 * at, 7_000)
        for at, each in enumerate("ABCDEF")
    ),
    *((f"Groothandel {each} (voorbeeld)", Standing.NOT_LOCAL, 460_000, None) for each in "GHI"),
    *((f"Wasserij {each} (voorbeeld)", Standing.LOCAL, 180_000, None) for each in "JKLMN"),
    *((f"Uitzendbureau {each} (voorbeeld)", Standing.UNKNOWN, 100_000, 2_000) for each in "OPQRS"),
)
"""Who got the money that the study of the example follows, in cents; their answers in ten-thousandths."""


def story(agenda: Agenda) -> None:
    """Suppliers declare last year, a colleague looks; the alliance agrees to a target; money is followed."""
    register = [facts["kvk"] for facts in agenda.facts["suppliers"] if facts["kvk"]]
    for number, kvk in enumerate(register):
        if number % 4 != 3:
            agenda.at(agenda.day(200 - 0.1 * number, 11), partial(_on_paper, agenda, kvk, number % 7 != 6))
    for number, facts in enumerate([each for each in agenda.facts["cooperatives"] if each["verified"]][:8]):
        agenda.at(agenda.day(190 - number, 20), partial(_own, agenda, facts["key"], number != 7))
    agenda.at(agenda.day(180, 14), partial(_target, agenda))
    agenda.at(agenda.day(100, 14), partial(_study, agenda))
    agenda.at(agenda.day(2, 14), partial(_questions, agenda))


def _declared(
    agenda: Agenda, session: Session, supplier: Supplier, actor_id: int, parts: tuple[int, int, int], checked: bool,
    at: datetime,
) -> None:  # fmt: skip
    year = agenda.ends_at.year - 1
    one = start_declaration(
        session, supplier=supplier, year=year, turnover=50_000_000, actor_id=actor_id, at=at
    )
    session.refresh(one, ["supplier", "purchases", "check"])
    wages, purchases, surplus = (part * 500_000 for part in parts)
    payroll = "1067 MX 7\n1063 AB 2\n1063 AC 4"
    write_wages(
        session, declaration=one, wages=wages, payroll=payroll, source="Loonstaat en jaarrekening (voorbeeld)"
    )
    near = KvkNumber("90000509" if supplier.kvk_number != "90000509" else "90000513")
    add_purchase(
        session, declaration=one, kvk_number=near, name="Leverancier dichtbij (voorbeeld)", amount=purchases
    )
    write_surplus(session, declaration=one, surplus=surplus, members=20, resident_members=15)
    write_work(
        session, declaration=one, hours=12_000, local_hours=9_000, votes=20, resident_votes=15,
        ownership_source="Statuten en ledenvergadering (voorbeeld)",
    )  # fmt: skip
    send_declaration(session, declaration=one, actor_id=actor_id, at=at)
    if checked:
        check_declaration(
            session, declaration=one, accepted=True, grade=3, reason="Loonstaat en jaarrekening gezien (voorbeeld)",
            actor_id=agenda.cast["programma/programme2"], at=at,
        )  # fmt: skip


def _on_paper(agenda: Agenda, kvk: str, checked: bool, session: Session, at: datetime) -> None:
    """The programme writes down what a supplier without an account sent."""
    found = by_kvk(session, KvkNumber(kvk))
    if found:
        near = found[0].postcode.startswith(("1046", "106"))
        actor = agenda.cast["programma/programme"]
        _declared(agenda, session, found[0], actor, NEAR if near else FAR, checked, at)


def _own(agenda: Agenda, key: str, checked: bool, session: Session, at: datetime) -> None:
    organisation = session.get_one(Organisation, agenda.cast[key])
    supplier = party_supplier(session, organisation=organisation, at=at)
    _declared(agenda, session, supplier, agenda.cast[f"{key}/board"], NEAR, checked, at)


def _target(agenda: Agenda, session: Session, at: datetime) -> None:
    for measure, share in (("supplier", 2_500), ("landed", 1_500)):
        facts: dict[str, Any] = {"first_year": agenda.ends_at.year, "anchor_id": None, "measure": measure}
        target = propose_target(
            session, **facts, share=share, reason="Afspraak uit het convenant (voorbeeld)",
            actor_id=agenda.cast["programma/programme"], at=at,
        )  # fmt: skip
        if measure == "supplier":
            decide_target(
                session, target=target, accepted=True, reason="Eens (voorbeeld)",
                actor_id=agenda.cast["programma/alliance"], at=at,
            )  # fmt: skip


def _study(agenda: Agenda, session: Session, at: datetime) -> None:
    actor = agenda.cast["programma/programme"]
    study = start_study(
        session, title="Schoonmaak van drie scholen (voorbeeld)", asked="Alle negentien, per brief en telefoon",
        first=6_500_000, area=area_pack(), actor_id=actor, at=at,
    )  # fmt: skip
    for name, standing, amount, answer in RECIPIENTS:
        add_recipient(
            session, study=study, name=name, standing=standing, amount=amount, answer=answer,
            reason="Rekening en adres gezien (voorbeeld)", actor_id=actor, at=at,
        )  # fmt: skip
    finish_study(session, study=study, actor_id=agenda.cast["programma/programme2"], at=at)
    start_study(
        session, title="Groen in de wijk (voorbeeld)", asked="Nog niemand", first=100_000, area=area_pack(),
        actor_id=actor, at=at,
    )  # fmt: skip


def _questions(agenda: Agenda, session: Session, at: datetime) -> None:
    """What people must look at: a ledger that says another amount than the invoice, and work passed on to others."""
    last = select(func.max(Invoice.id)).where(
        Invoice.approved_at.is_not(None), Invoice.kind == InvoiceKind.INVOICE
    )
    mine = select(Invoice).where(Invoice.id.in_(last.group_by(Invoice.seller_id)))
    newest = session.scalars(
        mine.order_by((Invoice.buyer_id == agenda.cast["gemeente"]).desc(), Invoice.id.desc()).limit(2)
    ).all()
    names = {key: name for name, key in agenda.cast.items() if "/" not in name}
    for one, part in zip(newest, (90, 20), strict=False):
        anchor = session.get_one(Organisation, one.buyer_id)
        seller = session.get_one(Organisation, one.seller_id)
        sub = next(
            each["kvk"]
            for each in agenda.facts["suppliers"]
            if each["kvk"] and each["kvk"] != seller.kvk_number
        )
        period = Period.quarter_of(one.issued_on or local_date(at))
        paid = paid_by(session, anchor.id, party_supplier(session, organisation=seller, at=at), period)
        passed = pass_on(
            session, organisation=seller, anchor=anchor, period=period, kvk_number=KvkNumber(sub),
            amount=paid * part // 100, actor_id=agenda.cast[f"{names[seller.id]}/board"], at=at,
        )  # fmt: skip
        add_paper(
            session, subcontract=passed, name="factuur van de onderaannemer (voorbeeld).png", content=blank(),
            keys=HouseKeys(agenda.data_dir), actor=agenda.actor(names[seller.id], "board", Role.BOARD), at=at,
        )  # fmt: skip
        if one is newest[0]:
            line = LineFacts(
                supplier=SupplierFacts(name=seller.name, kvk_number=KvkNumber(seller.kvk_number)),
                document_number=one.number or "", invoice_on=one.issued_on, amount=one.net + Money(12_500),
                description="Met meerwerk (voorbeeld)",
            )  # fmt: skip
            buyer = agenda.cast[f"{names[anchor.id]}/purchaser1"]
            record_spend(session, anchor=anchor, lines=[line], actor_id=buyer, at=at)
        else:
            check_pass(
                session, subcontract=passed, accepted=True, reason="Facturen gezien (voorbeeld)",
                actor_id=agenda.cast["programma/programme2"], at=at,
            )  # fmt: skip
