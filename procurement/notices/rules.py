"""The tender section of a release: what is bought, how, by when and in which lots. Pure, from facts and an instant."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from procurement.chronicle.rules import (
    AmendmentFacts,
    AwardFacts,
    ComplaintFacts,
    CriterionFacts,
    LotFacts,
    Setting,
    TenderFacts,
)
from procurement.demands.rules import UNITS, DemandFacts
from procurement.ocds import rules as ocds
from procurement.ocds.rules import Json, filled
from procurement.wage_floors.rules import Floor

OUTSIDE = "Aanbestedingswet 2012, art. 2.18 en 2.19"
"""Where the exception for small lots stands."""

DEMAND_TYPES: Mapping[str, str] = {
    "slc-stand-to-gen": "economic", "slc-stand-ins": "economic", "slc-abil-ref-services": "technical",
    "slc-abil-staff-qual": "technical", "slc-sche-qu-cert-indep": "technical",
    "slc-sche-env-cert-indep": "technical", "slc-suit-reg-prof": "suitability",
}  # fmt: skip
"""ESPD code of a demand → the word of the OCDS codelist selectionCriterionType."""

LABELS: Mapping[str, str] = {
    "description": "tender.description", "requirements": "tender.eligibilityCriteria", "value_minor": "tender.value",
    "framework_max_minor": "tender.techniques.frameworkAgreement", "starts_on": "tender.contractPeriod.startDate",
    "ends_on": "tender.contractPeriod.endDate", "apply_until": "tender.tenderPeriod",
    "floor_minor": "tender.targets.observations.value", "cao": "tender.targets.description",
    "cao_from": "tender.targets.observations.period.startDate",
    "cao_until": "tender.targets.observations.period.endDate",
}  # fmt: skip
"""Name of a rectified field → where it stands in a release."""

_SELECTION = "tender.selectionCriteria.criteria"
"""Where a demand that was lowered or taken back stands."""


BIDDING = frozenset({
    "awardCriteria", "submissionMethod", "submissionMethodDetails", "tenderPeriod", "enquiryPeriod", "documents",
})  # fmt: skip
"""What an order without competition has none of."""


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


def tender_section(facts: TenderFacts, awards: Sequence[AwardFacts], at: datetime, setting: Setting) -> Json:
    """The tender as it stood at an instant; `awards` are those sent by then."""
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
        "procurementMethodRationale": facts.method_reason.strip(), "procedure": _procedure(facts),
        "mainProcurementCategory": ocds.category(facts.cpv),
        "value": None if facts.value_minor is None else ocds.value(facts.value_minor),
        "awardCriteria": facts.award_criteria, "awardCriteriaDetails": facts.formula,
        "submissionMethod": ["electronicSubmission"], "submissionMethodDetails": page,
        "eligibilityCriteria": facts.requirements.strip(),
        "selectionCriteria": filled({"criteria": [_demand(each) for each in facts.demands]}),
        "tenderPeriod": filled({"startDate": ocds.instant(started), "endDate": _closing(facts, at)}),
        "enquiryPeriod": filled({
            "startDate": ocds.instant(started),
            "endDate": ocds.instant(facts.questions_until) if facts.questions_until else "",
        }),
        "contractPeriod": filled(term),
        "targets": [_wage(facts.floor)] if facts.floor else [],
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
        made["techniques"] = _framework(facts)
    made = filled(made)
    if facts.is_direct_order:
        return {**{name: inner for name, inner in made.items() if name not in BIDDING}, "competitive": False}
    if facts.competitive is not None:
        made["competitive"] = facts.competitive
    made["hasEnquiries"] = bool(notas)
    if awards:
        made["numberOfTenderers"] = facts.tenderers
    return made


def _wage(floor: Floor) -> Json:
    """The lowest wage of an hour, as a target of the extension for metrics; HUR is the hour of UN/CEFACT rec. 20."""
    told = ["Bruto per uur, vanaf 21 jaar. De prijs moet dit loon dragen."]
    if floor.cao:
        told.append(f"Cao: {floor.cao}.")
    return {
        "id": "wage-floor", "title": "Loonbodem", "description": " ".join(told),
        "observations": [filled({
            "id": "wage-floor-hour", "value": ocds.value(floor.floor_minor),
            "unit": {"name": "uur", "scheme": "UNCEFACT", "id": "HUR"},
            "period": filled({
                "startDate": ocds.first_moment(floor.cao_from) if floor.cao_from else "",
                "endDate": ocds.last_moment(floor.cao_until) if floor.cao_until else "",
            }),
        })],
    }  # fmt: skip


def _procedure(facts: TenderFacts) -> Json:
    """Shortened terms with their reason, and the lots that stand outside the European procedure."""
    outside = ", ".join(str(lot.number) for lot in facts.lots if lot.outside)
    made: Json = {"isAccelerated": True, "acceleratedRationale": facts.urgent_reason.strip()}
    return filled({
        **(made if facts.urgent_reason.strip() else {}),
        "features": f"Buiten de Europese procedure: perceel {outside} ({OUTSIDE})." if outside else "",
    })  # fmt: skip


def _framework(facts: TenderFacts) -> Json:
    """A framework: with several parties there may be mini-competitions, with one there are none."""
    method = "withoutReopeningCompetition"
    if facts.framework == "parallel":
        method = "withAndWithoutReopeningCompetition"
    most = facts.framework_parties if facts.framework == "parallel" else 1
    return {
        "hasFrameworkAgreement": True,
        "frameworkAgreement": filled({"method": method, "maximumParticipants": most}),
    }


def _demand(each: DemandFacts) -> Json:
    """A demand on bidders, with the least that is enough."""
    least = "" if each.minimum_minor is None else ocds.told(each.minimum_minor)
    if least and UNITS[each.kind] == "euro_year":
        least += " per jaar"
    return filled({
        "type": DEMAND_TYPES[each.code], "subType": each.code, "description": each.text.strip(),
        "minimum": f"{each.number} x {least}" if least and each.number > 1 else least,
        "appliesTo": ["supplier"],
    })  # fmt: skip


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
    code = filled({"scheme": "CPV", "id": cpv, "description": name})
    return filled({
        "id": str(lot.number), "description": lot.title or facts.title, "classification": code,
        "relatedLot": ocds.lot_id(lot.number), "deliveryLocation": where,
    })  # fmt: skip


def _lot(facts: TenderFacts, lot: LotFacts, at: datetime, term: Json) -> Json:
    return filled({
        "id": ocds.lot_id(lot.number), "title": lot.title or facts.title, "description": lot.description.strip(),
        "status": _lot_status(facts, lot, at),
        "value": None if lot.value_minor is None else ocds.value(lot.value_minor),
        "contractPeriod": filled({**term, **_own_term(lot)}),
        "awardCriteria": filled({
            "weightingDescription": lot.formula or facts.formula,
            "criteria": [_criterion(each) for each in lot.criteria],
        }),
        "selectionCriteria": filled({"criteria": [_demand(each) for each in lot.demands]}),
    })  # fmt: skip


def _own_term(lot: LotFacts) -> Json:
    return filled({
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
    return filled({
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
    made += [_complaint(each, page) for each in facts.complaints if each.published_at <= at]
    if awards:
        made.append(paper("award", "awardNotice", "Gunning", f"{page}/award", awards[-1].sent_at))
    if facts.cancelled_at is not None and facts.cancelled_at <= at:
        made.append(paper("cancelled", "cancellationDetails", "Gestopt", page, facts.cancelled_at))
    return made


def _complaint(each: ComplaintFacts, page: str) -> Json:
    """What came of a complaint, in the words that the buyer published."""
    return filled({
        "id": f"complaint-{each.public_id}", "documentType": "complaints", "title": f"Klacht: {each.outcome}",
        "description": each.summary.strip(), "url": f"{page}/complaints", "format": "text/html", "language": "nl",
        "datePublished": ocds.instant(each.published_at), "relatedLots": [ocds.lot_id(lot) for lot in each.lots],
    })  # fmt: skip


def _described(each: AmendmentFacts) -> str:
    later = (
        f"Sluit op {ocds.instant(each.closes_at)} in plaats van {ocds.instant(each.closed_at_before)}."
        if each.closes_at != each.closed_at_before
        else ""
    )
    return " ".join(part for part in ("De inhoud is gewijzigd." if each.is_content else "", later) if part)


def _amendments(facts: TenderFacts, at: datetime) -> list[Json]:
    """Changes, and how the tender or a lot of it ended before an award."""
    made = [
        filled({
            "id": str(number), "date": ocds.instant(each.made_at), "rationale": each.reason,
            "description": _described(each), "unstructuredChanges": _changes(each),
        })
        for number, each in enumerate(facts.amendments, start=1) if each.made_at <= at
    ]  # fmt: skip
    ended = [
        (f"lot-{lot.number}-{lot.ended[1]}", lot.ended[0], lot.ended_reason, f"Alleen perceel {lot.number}.")
        for lot in facts.lots if lot.ended and lot.ended_reason
    ]  # fmt: skip
    ended += [
        (key, when, why, "")
        for key, when, why in (
            ("cancelled", facts.cancelled_at, facts.cancel_reason),
            ("unsuccessful", facts.unsuccessful_at, facts.unsuccessful_reason),
        )
        if when is not None
    ]
    return made + [
        filled({"id": key, "date": ocds.instant(when), "rationale": why, "description": what})
        for key, when, why, what in ended if when <= at
    ]  # fmt: skip


def _changes(each: AmendmentFacts) -> list[Json]:
    """What changed, old beside new. A change of the deadline is one too."""
    made = []
    if each.closes_at != each.closed_at_before:
        made.append({
            "where": {"label": "tender.tenderPeriod.endDate"},
            "oldValue": {"date": ocds.instant(each.closed_at_before)},
            "newValue": {"date": ocds.instant(each.closes_at)},
        })  # fmt: skip
    return made + [_change(*change) for change in each.changes]


def _change(name: str, old: str, new: str) -> Json:
    kind, _, rest = name.partition(":")
    lot, _, code = rest.partition(":")
    label = {"criterion": f"tender.lots.awardCriteria.criteria ({code})", "demand": _SELECTION}.get(kind)
    return filled({
        "where": {"label": label or LABELS[name]}, "relatedLot": ocds.lot_id(int(lot)) if kind == "criterion" else "",
        "oldValue": _changed(name, old), "newValue": _changed(name, new),
    })  # fmt: skip


def _changed(name: str, told: str) -> Json:
    """A value as it is told: a day as a date, cents as euro, a text as it is."""
    if told and name in {"starts_on", "ends_on", "cao_from", "cao_until"}:
        return {"date": told}
    if told and name.endswith("_minor"):
        return {"text": ocds.told(int(told))}
    if name.endswith(":asked"):
        return {"text": "gevraagd" if told else "niet meer gevraagd"}
    return {"text": told} if told.strip() else {}
