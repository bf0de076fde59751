"""The tender section of a release: what is bought, how, by when and in which lots. Pure, from facts and an instant."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from procurement.chronicle.rules import (
    AmendmentFacts,
    AwardFacts,
    CriterionFacts,
    LotFacts,
    Setting,
    TenderFacts,
)
from procurement.ocds import rules as ocds
from procurement.ocds.rules import Json, filled


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
        "tenderPeriod": filled({"startDate": ocds.instant(started), "endDate": _closing(facts, at)}),
        "enquiryPeriod": filled({
            "startDate": ocds.instant(started),
            "endDate": ocds.instant(facts.questions_until) if facts.questions_until else "",
        }),
        "contractPeriod": filled(term),
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
    made = filled(made)
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
