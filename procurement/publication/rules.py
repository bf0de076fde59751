"""The words of a release: pure, from facts and an instant.

A release is the whole state of a process at the moment of its event, so the last one is also its compiled state.
It never tells what bids held before an award, what losers asked or offered, or who somebody is.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal

from procurement.chronicle.rules import (
    AwardFacts,
    ContractFacts,
    CostFacts,
    Happening,
    MilestoneFacts,
    NeedFacts,
    Setting,
    Tag,
    TenderFacts,
)
from procurement.lifecycle.rules import YEAR
from procurement.notices.rules import tender_section
from procurement.ocds import rules as ocds
from procurement.ocds.rules import Json, Party, filled
from procurement.resident_work.rules import ShareFacts


@dataclass(frozen=True, slots=True)
class Around:
    """The processes around one: `processes` by kind of the list relatedProcess, as open contracting ids.

    `planning`: its need; `framework`; `prior`: what it follows, or `elsewhere`, the TenderNed number of that;
    `unsuccessfulProcess`: an earlier try. `followed`: number of a contract → since when another process follows it,
    and the id of that.
    """

    processes: Mapping[str, str]
    elsewhere: str | None = None
    followed: Mapping[str, tuple[datetime, str]] = field(default_factory=dict)


def release(
    facts: TenderFacts,
    happening: Happening,
    *,
    ocid: str,
    number: int,
    dated: datetime,
    around: Around,
    setting: Setting,
) -> Json:
    """The state of the process at a happening. `number` counts its releases.

    `dated` is when it went public: not before `public_from`, nor before the release in front of it.
    """
    at = happening.at
    awards = [each for each in facts.awards if each.sent_at <= at]
    contracts = [each for each in facts.contracts if each.signed_at <= at]
    made: Json = {
        "ocid": ocid, "id": f"{ocid}-{number:03}-{happening.tag}", "date": ocds.instant(dated),
        "tag": [str(happening.tag)], "initiationType": "tender", "language": "nl",
        "parties": _parties(facts, awards, contracts, at, setting),
        "buyer": facts.buyer.reference(),
        "tender": tender_section(facts, awards, at, setting),
    }  # fmt: skip
    if facts.need is not None:
        made["planning"] = planning(facts.need, setting)
    if others := ocds.related(ocid, around.processes, around.elsewhere):
        made["relatedProcesses"] = others
    if awards:
        made["awards"] = [_award(facts, each, at, setting) for each in awards]
    if awards and not facts.is_direct_order:
        made["bids"] = {"statistics": _statistics(facts)}
    if contracts:
        made["contracts"] = [_contract(each, facts.number, at, around) for each in contracts]
    return made


def planning_release(
    need: NeedFacts, tag: Tag, at: datetime, *, ocid: str, number: int, around: Around, setting: Setting
) -> Json:
    """The release of a need: what may be bought some day, nothing to bid on yet."""
    others = ocds.related(ocid, around.processes, around.elsewhere)
    buyer = ocds.organisation(need.buyer, ["buyer", "procuringEntity"], _contact(need.buyer))
    state = "planning" if need.withdrawn_at is None or need.withdrawn_at > at else "withdrawn"
    return {
        "ocid": ocid, "id": f"{ocid}-{number:03}-{tag}", "date": ocds.instant(at), "tag": [str(tag)],
        "initiationType": "tender", "language": "nl", "parties": [buyer], "buyer": need.buyer.reference(),
        "planning": planning(need, setting), **({"relatedProcesses": others} if others else {}),
        "tender": {
            "id": need.number, "title": need.title, "status": state, "procuringEntity": need.buyer.reference(),
            "mainProcurementCategory": ocds.category(need.cpv),
            "items": [{"id": "1", "description": need.title, "classification": {"scheme": "CPV", "id": need.cpv}}],
        },
    }  # fmt: skip


def planning(need: NeedFacts, setting: Setting) -> Json:
    """The planning section of a need."""
    budget: Json = {"id": need.number, "description": need.title}
    if need.value_minor:
        budget["amount"] = ocds.value(need.value_minor)
    made: Json = {
        "budget": budget,
        "documents": [{
            "id": need.number, "documentType": "plannedProcurementNotice", "title": need.title,
            "url": f"{setting.base_url}/needs/{need.number}", "format": "text/html", "language": "nl",
        }],
        "milestones": [{
            "id": "start", "title": "Gewenst begin van het werk", "type": "delivery",
            "dueDate": ocds.first_moment(need.wanted_from),
        }],
    }  # fmt: skip
    if need.purpose.strip():
        made["rationale"] = need.purpose.strip()
    return made


def _contact(buyer: Party) -> Json:
    return {"name": "Inkoop", "email": buyer.email} if buyer.email else {"name": "Inkoop"}


def _parties(
    facts: TenderFacts,
    awards: Sequence[AwardFacts],
    contracts: Sequence[ContractFacts],
    at: datetime,
    setting: Setting,
) -> list[Json]:
    contact = _contact(facts.buyer)
    if not facts.is_direct_order:
        contact["url"] = f"{setting.base_url}/tenders/{facts.number}"
    roles: dict[str, tuple[Party, set[str]]] = {facts.buyer.id: (facts.buyer, {"buyer", "procuringEntity"})}

    def add(party: Party, *more: str) -> None:
        roles.setdefault(party.id, (party, set()))[1].update(more)

    named = [each.suppliers for each in awards] + [each.suppliers for each in contracts]
    for supplier in (party for group in named for party in group):
        add(supplier, "supplier", "tenderer")
    for contract in contracts:
        for paid in contract.transactions:
            if paid.at <= at:
                add(paid.payer, "payer")
                add(paid.payee, "payee")
    return [
        ocds.organisation(party, having, contact if party.id == facts.buyer.id else None)
        for party, having in roles.values()
    ]


def _statistics(facts: TenderFacts) -> list[Json]:
    """How many bids there were, in all and by lot, told from the award decision on; no price of any."""
    counts = {"": facts.bids}
    if len(facts.lots) > 1:
        counts |= {ocds.lot_id(lot.number): lot.bids for lot in facts.lots}
    return [
        filled({"id": f"{measure}-{lot}" if lot else measure, "measure": measure, "relatedLot": lot}) | {"value": count}
        for lot, both in counts.items() for measure, count in zip(("bids", "validBids"), both, strict=True)
    ]  # fmt: skip


def _award(facts: TenderFacts, award: AwardFacts, at: datetime, setting: Setting) -> Json:
    ended = award.withdrawn_at is not None and award.withdrawn_at <= at
    final = award.definitive_at is not None and award.definitive_at <= at
    stopped = facts.cancelled_at is not None and facts.cancelled_at <= at and not final
    status = "cancelled" if ended or stopped else "active" if final else "pending"
    lots = [ocds.lot_id(number) for number in award.lots]
    made: Json = {
        "id": f"{facts.number}-{award.number}", "title": facts.title, "status": status,
        "date": ocds.instant(award.sent_at), "value": ocds.value(award.amount_minor),
        "suppliers": [each.reference() for each in award.suppliers], "relatedLots": lots,
    }  # fmt: skip
    if not facts.is_direct_order:
        made["documents"] = [{
            "id": f"award-{award.number}", "documentType": "awardNotice", "title": "Gunning",
            "url": f"{setting.base_url}/tenders/{facts.number}/award", "format": "text/html", "language": "nl",
            "datePublished": ocds.instant(max(award.sent_at, facts.public_from or award.sent_at)),
        }]  # fmt: skip
    return made


def _contract(contract: ContractFacts, number: str, at: datetime, around: Around) -> Json:
    since, following = around.followed.get(contract.number, (at, ""))
    replaced = {"replacementProcess": following} if following and since <= at else {}
    changes = [each for each in contract.changes if each.at <= at]
    price = changes[-1].price_minor if changes else contract.price_minor
    ends_on = changes[-1].ends_on if changes else contract.ends_on
    over = contract.ended_at is not None and contract.ended_at <= at
    return filled({
        "id": contract.number, "awardID": f"{number}-{contract.award}", "title": contract.title,
        "status": "terminated" if over else "active", "value": ocds.value(price),
        "period": {"startDate": ocds.first_moment(contract.starts_on), "endDate": ocds.last_moment(ends_on)},
        "dateSigned": ocds.instant(contract.signed_at),
        "amendments": [
            {"id": str(each.number), "date": ocds.instant(each.at), "rationale": each.reason} for each in changes
        ],
        "milestones": [_milestone(each, at) for each in contract.milestones],
        "agreedMetrics": [
            *(_cost(place, each, contract) for place, each in enumerate(contract.costs, start=1)),
            *(_promise(each, each.amount, contract) for each in contract.milestones if each.amount is not None),
        ],
        "relatedProcesses": ocds.related("", replaced),
        "implementation": filled({
            "transactions": [
                {
                    "id": each.public_id, "date": ocds.instant(each.at), "value": ocds.value(each.amount_minor),
                    "payer": each.payer.reference(), "payee": each.payee.reference(),
                }
                for each in contract.transactions if each.at <= at
            ],
            "metrics": _residents([
                each for each in contract.shares
                if each.verified_at <= at and (each.replaced_at is None or at < each.replaced_at)
            ]),
        }),
    })  # fmt: skip


def _cost(place: int, each: CostFacts, contract: ContractFacts) -> Json:
    """What a cost over the life will be, as promised: an amount for each of its years."""
    begins = contract.starts_on + YEAR * (each.first - 1)
    return {
        "id": f"cost-{place}", "title": each.name,
        "observations": [{
            "id": f"cost-{place}-yearly", "value": ocds.value(each.amount_minor),
            "period": {
                "startDate": ocds.first_moment(begins),
                "endDate": ocds.last_moment(contract.starts_on + YEAR * each.last - timedelta(days=1)),
            },
            "notes": f"Per jaar, van jaar {each.first} tot en met jaar {each.last}, zonder btw.",
        }],
    }  # fmt: skip


def _promise(each: MilestoneFacts, amount: Decimal, contract: ContractFacts) -> Json:
    """What was promised in a figure, such as hours for residents; what came of it stands with its milestone."""
    until = {"endDate": ocds.last_moment(each.due_on)} if each.due_on else {}
    return {
        "id": f"promise-{each.id}", "title": each.title,
        "observations": [{
            "id": f"promise-{each.id}-agreed", "measure": ocds.measure(amount), "unit": {"name": each.unit},
            "period": {"startDate": ocds.first_moment(contract.starts_on), **until},
        }],
    }  # fmt: skip


def _residents(told: Sequence[ShareFacts]) -> list[Json]:
    """Which part of the hours residents made, as the buyer verified it: by supplier, each period an observation.

    The supplier stands in the id: the checker of the standard knows no dimension by any name.
    """
    return [
        {
            "id": f"residents-{supplier}", "title": "Deel van de uren dat bewoners werkten",
            "description": "Alleen gecontroleerde meldingen. Over 1 tot en met 4 bewoners wordt niets gemeld.",
            "observations": [
                {
                    "id": each.public_id, "measure": each.percent,
                    "unit": {"name": "procent", "scheme": "UNCEFACT", "id": "P1"},
                    "period": {
                        "startDate": ocds.first_moment(each.starts_on), "endDate": ocds.last_moment(each.ends_on),
                    },
                }
                for each in told if each.supplier_id == supplier
            ],
        }
        for supplier in dict.fromkeys(each.supplier_id for each in told)
    ]  # fmt: skip


def _milestone(each: MilestoneFacts, at: datetime) -> Json:
    told = [(when, status) for when, status in each.changes if when <= at]
    last = told[-1] if told else None
    return filled({
        "id": each.id, "title": each.title, "type": "delivery", "description": each.description.strip(),
        "dueDate": ocds.last_moment(each.due_on) if each.due_on else "",
        "status": last[1] if last else "scheduled",
        "dateMet": ocds.instant(last[0]) if last and last[1] == "met" else "",
        "dateModified": ocds.instant(last[0]) if last else "",
    })  # fmt: skip
