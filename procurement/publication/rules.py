"""The words of a release: pure, from facts and an instant.

A release is the whole state of a process at the moment of its event, so the last one is also its compiled state.
It never tells what bids held before an award, what losers asked or offered, or who somebody is.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from procurement.chronicle.rules import (
    AmendmentFacts,
    AwardFacts,
    ContractFacts,
    CriterionFacts,
    Happening,
    LotFacts,
    MilestoneFacts,
    NeedFacts,
    Setting,
    Tag,
    TenderFacts,
)
from procurement.ocds import rules as ocds
from procurement.ocds.rules import Json, Party


def package_head(
    setting: Setting,
    *,
    uri: str,
    publisher: Party | None,
    published_at: datetime | None,
    extensions: Sequence[str],
) -> Json:
    """A package without what it carries. `published_at` None: nothing was published yet."""
    by: Json = {"name": publisher.name if publisher else "cwb", "uri": setting.base_url}
    if publisher is not None and publisher.kvk is not None:
        by |= {"scheme": ocds.SCHEME, "uid": publisher.kvk}
    return _filled({
        "uri": uri, "version": ocds.VERSION, "extensions": [ocds.EXTENSIONS[each] for each in extensions],
        "publishedDate": ocds.instant(published_at or datetime(1970, 1, 1, tzinfo=UTC)), "publisher": by,
        "license": ocds.LICENSE, "publicationPolicy": f"{setting.base_url}/data/ocds",
    })  # fmt: skip


def compiled(last: Json) -> Json:
    """The compiled release of a process: its last release, which tells the whole state."""
    return {**last, "id": f"{last['ocid']}-compiled", "tag": ["compiled"]}


def release(
    facts: TenderFacts,
    happening: Happening,
    *,
    ocid: str,
    number: int,
    dated: datetime,
    planned_as: str | None,
    setting: Setting,
) -> Json:
    """The state of the process at a happening. `number` counts its releases; `planned_as` the ocid of its need.

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
        "tender": _tender(facts, awards, at, setting),
    }  # fmt: skip
    if facts.need is not None:
        made["planning"] = planning(facts.need, setting)
    if planned_as is not None and planned_as != ocid:
        made["relatedProcesses"] = [
            {"id": "planning", "relationship": ["planning"], "scheme": "ocid", "identifier": planned_as}
        ]
    if awards:
        made["awards"] = [_award(facts, each, at, setting) for each in awards]
        made["bids"] = {"statistics": _statistics(facts)}
    if contracts:
        made["contracts"] = [_contract(each, facts.number, at) for each in contracts]
    return made


def planning_release(
    need: NeedFacts, tag: Tag, at: datetime, *, ocid: str, number: int, setting: Setting
) -> Json:
    """The release of a need: what may be bought some day, nothing to bid on yet."""
    buyer = ocds.organisation(need.buyer, ["buyer", "procuringEntity"], _contact(need.buyer))
    state = "planning" if need.withdrawn_at is None or need.withdrawn_at > at else "withdrawn"
    return {
        "ocid": ocid, "id": f"{ocid}-{number:03}-{tag}", "date": ocds.instant(at), "tag": [str(tag)],
        "initiationType": "tender", "language": "nl", "parties": [buyer], "buyer": need.buyer.reference(),
        "planning": planning(need, setting),
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
    contact = {**_contact(facts.buyer), "url": f"{setting.base_url}/tenders/{facts.number}"}
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


def status_at(facts: TenderFacts, at: datetime) -> str:
    """The OCDS status of a published tender at an instant (as `tenders.rules.ocds_status` of its state)."""
    for moment, status in (
        (facts.cancelled_at, "cancelled"),
        (facts.unsuccessful_at, "unsuccessful"),
        (facts.completed_at, "complete"),
        (facts.awarded_at, "complete"),
    ):
        if moment is not None and moment <= at:
            return status
    return "active"


def _lot_status(facts: TenderFacts, lot: LotFacts, at: datetime) -> str:
    if lot.ended is not None and lot.ended[0] <= at:
        return lot.ended[1]
    if status_at(facts, at) != "cancelled" and any(
        lot.number in each.lots and each.definitive_at is not None and each.definitive_at <= at
        for each in facts.awards
    ):
        return "complete"
    return status_at(facts, at)


def _filled(found: dict[str, Any]) -> Json:
    """Without what is empty: an empty field counts as a fault of the data."""
    return {name: inner for name, inner in found.items() if inner not in (None, "", [], {})}


def _tender(facts: TenderFacts, awards: Sequence[AwardFacts], at: datetime, setting: Setting) -> Json:
    started, page = facts.published_at, f"{setting.base_url}/tenders/{facts.number}"
    notas = [each for each in facts.notas if each.published_at <= at]
    term = {
        "startDate": ocds.first_moment(facts.starts_on) if facts.starts_on else "",
        "endDate": ocds.last_moment(facts.ends_on) if facts.ends_on else "",
    }
    made: Json = {
        "id": facts.number, "title": facts.title, "description": facts.description.strip(),
        "status": status_at(facts, at), "procuringEntity": facts.buyer.reference(),
        "procurementMethod": facts.method, "procurementMethodDetails": facts.method_details,
        "procurementMethodRationale": facts.method_reason.strip(),
        "mainProcurementCategory": ocds.category(facts.cpv),
        "value": None if facts.value_minor is None else ocds.value(facts.value_minor),
        "awardCriteria": facts.award_criteria, "awardCriteriaDetails": facts.formula,
        "submissionMethod": ["electronicSubmission"], "submissionMethodDetails": page,
        "eligibilityCriteria": facts.requirements.strip(),
        "tenderPeriod": _filled({"startDate": ocds.instant(started), "endDate": _closing(facts, at)}),
        "enquiryPeriod": _filled({
            "startDate": ocds.instant(started),
            "endDate": ocds.instant(facts.questions_until) if facts.questions_until else "",
        }),
        "contractPeriod": _filled(term),
        "items": [_item(facts, lot, setting) for lot in facts.lots],
        "lots": [_lot(facts, lot, at, term) for lot in facts.lots],
        "documents": _documents(facts, awards, at, page),
        "amendments": _amendments(facts, at),
        "enquiries": [
            {
                "id": each.public_id, "title": each.part, "description": each.question, "answer": each.answer,
                "dateAnswered": ocds.instant(nota.published_at),
            }
            for nota in notas for each in nota.answers
        ],
    }  # fmt: skip
    code = ocds.RESERVED.get(facts.reservation or "")
    if code:
        made["otherRequirements"] = {"reservedParticipation": [code]}
    if facts.framework:
        made["techniques"] = {"hasFrameworkAgreement": True}
    made = _filled(made)
    made["hasEnquiries"] = bool(notas)
    if awards:
        made["numberOfTenderers"] = facts.bids
    return made


def _closing(facts: TenderFacts, at: datetime) -> str:
    """When bidding ends, as it was known at an instant."""
    later = next((each for each in facts.amendments if each.made_at > at), None)
    closes = facts.closes_at if later is None else later.closed_at_before
    return ocds.instant(closes) if closes else ""


def _item(facts: TenderFacts, lot: LotFacts, setting: Setting) -> Json:
    where: Json = {"gazetteer": {"scheme": "NUTS", "identifiers": [setting.nuts]}} if setting.nuts else {}
    if lot.place or facts.place:
        where["description"] = lot.place or facts.place
    cpv, name = (lot.cpv, lot.cpv_name) if lot.cpv else (facts.cpv, facts.cpv_name)
    code = _filled({"scheme": "CPV", "id": cpv, "description": name})
    return _filled({
        "id": str(lot.number), "description": lot.title or facts.title, "classification": code,
        "relatedLot": ocds.lot_id(lot.number), "deliveryLocation": where,
    })  # fmt: skip


def _lot(facts: TenderFacts, lot: LotFacts, at: datetime, term: Json) -> Json:
    return _filled({
        "id": ocds.lot_id(lot.number), "title": lot.title or facts.title, "description": lot.description.strip(),
        "status": _lot_status(facts, lot, at),
        "value": None if lot.value_minor is None else ocds.value(lot.value_minor),
        "contractPeriod": _filled({**term, **_own_term(lot)}),
        "awardCriteria": _filled({
            "weightingDescription": lot.formula or facts.formula,
            "criteria": [_criterion(each) for each in lot.criteria],
        }),
    })  # fmt: skip


def _own_term(lot: LotFacts) -> Json:
    return _filled({
        "startDate": ocds.first_moment(lot.starts_on) if lot.starts_on else "",
        "endDate": ocds.last_moment(lot.ends_on) if lot.ends_on else "",
    })  # fmt: skip


def _criterion(each: CriterionFacts) -> Json:
    """A criterion with its points; what full points are worth in euro stands in the formula."""
    numbers: list[Json] = []
    if each.max_points is not None and each.value_minor is None:
        numbers.append({"number": _plain(each.max_points), "weight": "pointsExact"})
    if each.min_points:
        numbers.append({"number": _plain(each.min_points), "threshold": "minimumScore"})
    return _filled({
        "type": each.kind, "name": each.name, "description": each.description.strip(), "numbers": numbers,
    })  # fmt: skip


def _plain(points: Any) -> int | float:
    return int(points) if points == int(points) else float(points)


def _documents(facts: TenderFacts, awards: Sequence[AwardFacts], at: datetime, page: str) -> list[Json]:
    def paper(key: str, kind: str, title: str, url: str, on: datetime) -> Json:
        return {
            "id": key, "documentType": kind, "title": title, "url": url, "format": "text/html", "language": "nl",
            "datePublished": ocds.instant(max(on, facts.public_from or on)),
        }  # fmt: skip

    made = [paper("notice", "tenderNotice", facts.title, page, facts.published_at)]
    made += [
        paper(
            f"nota-{each.number}", "clarifications", f"Nota van inlichtingen {each.number}", f"{page}/questions",
            each.published_at,
        )
        for each in facts.notas if each.published_at <= at
    ]  # fmt: skip
    if awards:
        made.append(paper("award", "awardNotice", "Gunning", f"{page}/award", awards[-1].sent_at))
    if facts.cancelled_at is not None and facts.cancelled_at <= at:
        made.append(paper("cancelled", "cancellationDetails", "Gestopt", page, facts.cancelled_at))
    return made


def _described(each: AmendmentFacts) -> str:
    later = (
        f"Sluit op {ocds.instant(each.closes_at)} in plaats van {ocds.instant(each.closed_at_before)}."
        if each.closes_at != each.closed_at_before
        else ""
    )
    return " ".join(part for part in ("De inhoud is gewijzigd." if each.is_content else "", later) if part)


def _amendments(facts: TenderFacts, at: datetime) -> list[Json]:
    made = [
        {
            "id": str(number), "date": ocds.instant(each.made_at), "rationale": each.reason,
            "description": _described(each),
        }
        for number, each in enumerate(facts.amendments, start=1) if each.made_at <= at
    ]  # fmt: skip
    for key, when, why in (
        ("cancelled", facts.cancelled_at, facts.cancel_reason),
        ("unsuccessful", facts.unsuccessful_at, facts.unsuccessful_reason),
    ):
        if when is not None and when <= at:
            made.append({"id": key, "date": ocds.instant(when), "rationale": why})
    return made


def _statistics(facts: TenderFacts) -> list[Json]:
    """How many bids there were, told from the award decision on; no price of any."""
    return [
        {"id": measure, "measure": measure, "value": count}
        for measure, count in (("bids", facts.bids), ("validBids", facts.valid_bids))
    ]


def _award(facts: TenderFacts, award: AwardFacts, at: datetime, setting: Setting) -> Json:
    ended = award.withdrawn_at is not None and award.withdrawn_at <= at
    final = award.definitive_at is not None and award.definitive_at <= at
    stopped = facts.cancelled_at is not None and facts.cancelled_at <= at and not final
    status = "cancelled" if ended or stopped else "active" if final else "pending"
    lots = [ocds.lot_id(number) for number in award.lots]
    return {
        "id": f"{facts.number}-{award.number}", "title": facts.title, "status": status,
        "date": ocds.instant(award.sent_at), "value": ocds.value(award.amount_minor),
        "suppliers": [each.reference() for each in award.suppliers], "relatedLots": lots,
        "documents": [{
            "id": f"award-{award.number}", "documentType": "awardNotice", "title": "Gunning",
            "url": f"{setting.base_url}/tenders/{facts.number}/award", "format": "text/html", "language": "nl",
            "datePublished": ocds.instant(max(award.sent_at, facts.public_from or award.sent_at)),
        }],
    }  # fmt: skip


def _contract(contract: ContractFacts, number: str, at: datetime) -> Json:
    changes = [each for each in contract.changes if each.at <= at]
    price = changes[-1].price_minor if changes else contract.price_minor
    ends_on = changes[-1].ends_on if changes else contract.ends_on
    over = contract.ended_at is not None and contract.ended_at <= at
    return _filled({
        "id": contract.number, "awardID": f"{number}-{contract.award}", "title": contract.title,
        "status": "terminated" if over else "active", "value": ocds.value(price),
        "period": {"startDate": ocds.first_moment(contract.starts_on), "endDate": ocds.last_moment(ends_on)},
        "dateSigned": ocds.instant(contract.signed_at),
        "amendments": [
            {"id": str(each.number), "date": ocds.instant(each.at), "rationale": each.reason} for each in changes
        ],
        "milestones": [_milestone(each, at) for each in contract.milestones],
        "implementation": _filled({
            "transactions": [
                {
                    "id": each.public_id, "date": ocds.instant(each.at), "value": ocds.value(each.amount_minor),
                    "payer": each.payer.reference(), "payee": each.payee.reference(),
                }
                for each in contract.transactions if each.at <= at
            ],
        }),
    })  # fmt: skip


def _milestone(each: MilestoneFacts, at: datetime) -> Json:
    told = [(when, status) for when, status in each.changes if when <= at]
    last = told[-1] if told else None
    return _filled({
        "id": each.id, "title": each.title, "type": "delivery", "description": each.description.strip(),
        "dueDate": ocds.last_moment(each.due_on) if each.due_on else "",
        "status": last[1] if last else "scheduled",
        "dateMet": ocds.instant(last[0]) if last and last[1] == "met" else "",
        "dateModified": ocds.instant(last[0]) if last else "",
    })  # fmt: skip
