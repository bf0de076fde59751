"""The demo's decisions and contracts: letters, standstill, signatures, and the months of work after them."""

from datetime import datetime, timedelta
from functools import partial

from sqlalchemy.orm import Session

from cwb.kernel.clock import local_date
from cwb.kernel.money import Money
from ledger.agreements.queries import find_by_reference
from ledger.demo.demo import deliver
from ledger.vat.rules import VatCode
from procurement.awards import queries as award_queries
from procurement.awards import services as awards
from procurement.awards.gateway import terms
from procurement.awards.models import AwardDecision
from procurement.contracts import services
from procurement.contracts.queries import awarded_lots, locked_contract
from procurement.contracts.rules import Line, LocalOutcome, instalments
from procurement.proofs import demo as proofs
from procurement.refusals import demo as refusals
from procurement.standstill.services import make_definitive
from procurement.tenders.demo import Plot
from procurement.tenders.models import Lot, Tender

MONTHS = 24
REASONS = "De winnaar heeft een beter plan en scoort hoger op kwaliteit. Dat gaf de doorslag."
LESSON = "Beschrijf de volgende keer preciezer wie het werk doet en wanneer."


def decide(plot: Plot, at: datetime) -> None:
    """Prepare a decision, and let everything after it happen in its time."""
    if plot.facts["stage"] != "evaluated":
        plot.agenda.at(at + timedelta(hours=1), partial(_prepare, plot))


def _prepare(plot: Plot, session: Session, at: datetime) -> None:
    tender, actor = plot.tender(session), plot.actor(session, f"{plot.facts['anchor']}/purchaser1")
    awards.prepare_decision(
        session,
        tender=tender,
        contact_name="Inkoop (voorbeeld)",
        contact_email=f"inkoop@{plot.facts['anchor']}.example",
        reasons=dict.fromkeys(
            awards.failing(session, tender), "Op dit perceel kwam geen geldige inschrijving."
        ),
        terms=terms(),
        actor=actor,
        at=at,
    )
    for label in _decision(session, tender.id).unfinished:
        awards.write_letter(
            session, tender=tender, label=label, advantages=REASONS, lesson=LESSON, actor=actor, at=at
        )
    plot.agenda.at(at + timedelta(days=1), partial(_send, plot))


def _decision(session: Session, tender_id: int) -> AwardDecision:
    found = award_queries.find_decision(session, tender_id)
    if found is None:
        raise LookupError(tender_id)
    return found


def _send(plot: Plot, session: Session, at: datetime) -> None:
    tender, actor = plot.tender(session), plot.actor(session, f"{plot.facts['anchor']}/purchaser2")
    decision = _decision(session, tender.id)
    awards.send_decision(session, tender=tender, version=decision.version, terms=terms(), actor=actor, at=at)
    over = (plot.tender(session).standstill_until or at) + timedelta(days=1)
    if plot.facts["stage"] == "standstill":
        plot.agenda.at(at + timedelta(hours=2), partial(proofs.ask, plot))
        if plot.facts.get("refused"):
            plot.agenda.at(at + timedelta(days=22), partial(refusals.refuse, plot))
    else:
        plot.agenda.at(over.replace(hour=9), partial(_definitive, plot))


def _definitive(plot: Plot, session: Session, at: datetime) -> None:
    actor = plot.actor(session, f"{plot.facts['anchor']}/purchaser1")
    make_definitive(session, tender=plot.tender(session), actor=actor, at=at)
    if plot.facts["stage"] != "definitive":
        plot.agenda.at(at + timedelta(days=2), partial(_contract, plot))


def _contract(plot: Plot, session: Session, at: datetime) -> None:
    tender = plot.tender(session)
    for lot_id in awarded_lots(session, tender.id):
        lot = next(each for each in tender.lots if each.id == lot_id)
        contract_id = _make(plot, tender, lot, session, at)
        if plot.facts["stage"] != "signing":
            plot.agenda.at(at + timedelta(days=1), partial(_sign, plot, contract_id))


def _make(plot: Plot, tender: Tender, lot: Lot, session: Session, at: datetime) -> int:
    actor = plot.actor(session, f"{plot.facts['anchor']}/purchaser1")
    vat = VatCode.REDUCED if plot.facts["category"] == "catering" else VatCode.STANDARD
    starts = local_date(at) + timedelta(days=10)
    months = _months(tender)
    contract = services.make_contract(
        session,
        tender=tender,
        lot=lot,
        lines=_lines(plot, services.awarded_price(session, lot), lot.title, vat, months),
        starts_on=starts,
        ends_on=starts + timedelta(days=30 * months),
        payment_days=30,
        actor=actor,
        at=at,
    )
    services.examine_local_option(
        session,
        contract=contract,
        outcome=LocalOutcome.LOCAL_CHOSEN,
        reason="Coöperaties uit het gebied deden mee, en een van hen won.",
        actor=actor,
        at=at,
    )
    services.sign_contract(session, contract=contract, version=contract.version, actor=actor, at=at)
    return contract.id


def _months(tender: Tender) -> int:
    """As long as the tender said, two years at most."""
    first, last = tender.starts_on, tender.ends_on
    return max(1, min(MONTHS, (last - first).days // 30)) if first and last else MONTHS


def _lines(plot: Plot, price: Money, title: str, vat: VatCode, months: int) -> list[Line]:
    """Equal instalments; under a framework a price list, by shares in percent, whose last line takes the rest."""
    if "framework" not in plot.facts:
        return instalments(price, months, title, vat)
    shares = plot.facts["framework"]["lines"]
    amounts = [Money(price.minor * share // 100) for _text, share in shares[:-1]]
    amounts.append(price - sum(amounts, Money(0)))
    return [Line(text, amount, vat) for (text, _share), amount in zip(shares, amounts, strict=True)]


def _sign(plot: Plot, contract_id: int, session: Session, at: datetime) -> None:
    contract = locked_contract(session, contract_id)
    keys = [_key(plot, organisation_id) for organisation_id, _share in contract.suppliers]
    for key in keys:
        actor = plot.actor(session, f"{key}/board")
        contract = services.sign_contract(
            session, contract=contract, version=contract.version, actor=actor, at=at
        )
    agreement = find_by_reference(session, contract.number)
    if agreement is None or "framework" in plot.facts:
        return
    for key in keys:
        deliver(
            plot.agenda, agreement_id=agreement.id, buyer=plot.facts["anchor"], seller=key,
            starts=at + timedelta(days=10),
        )  # fmt: skip


def _key(plot: Plot, organisation_id: int) -> str:
    """An organisation's name in the cast."""
    return next(key for key, value in plot.agenda.cast.items() if value == organisation_id and "/" not in key)
