"""Publishing releases: in the same transaction as the event, once each, and never changed."""

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy.orm import Session

from coops.needs.events import NeedChanged, NeedPosted, NeedWithdrawn
from coops.needs.models import Need
from cwb.kernel.canonical import canonical_json
from ledger.invoicing.events import InvoicePaid
from ledger.invoicing.models import Invoice
from ledger.payments.events import PaymentUndone
from procurement.bids.queries import database_now
from procurement.call_offs.events import OrderAgreed
from procurement.call_offs.models import CallOff
from procurement.call_offs.queries import find_framework_tender
from procurement.chronicle import queries as chronicle
from procurement.chronicle.rules import Happening, Setting, Tag, TenderFacts, happenings
from procurement.ocds.queries import party
from procurement.ocds.rules import Json, compiled, core_only, extensions_in, instant, package_head
from procurement.orders import queries as orders
from procurement.publication import gateway, queries, rules
from procurement.publication.models import Release
from procurement.publication.rules import Around
from procurement.tenders.models import Tender


def release_tender(session: Session, *, tender_id: int, setting: Setting) -> list[Release]:
    """Publish whatever happened to a tender and was not published yet, in order; twice the same adds nothing."""
    queries.lock(session, f"tender {tender_id}")
    facts = chronicle.find_tender(session, tender_id, setting, database_now(session))
    if facts is None or not (waiting := _waiting(session, facts, tender_id=tender_id)):
        return []
    ocid, around = _around(session, tender_id, facts, setting)
    if "framework" in around.processes:
        facts = replace(facts, competitive=True)
    return _publish(session, facts, waiting, ocid, around, setting, tender_id=tender_id)


def release_order(session: Session, *, call_off_id: int, setting: Setting) -> list[Release]:
    """The same of an order under a framework that went to one supplier without competition, once it is agreed."""
    queries.lock(session, f"order {call_off_id}")
    facts = orders.find_order(session, call_off_id, setting, database_now(session))
    if facts is None or not (waiting := _waiting(session, facts, call_off_id=call_off_id)):
        return []
    above = queries.ocid_of_tender(session, session.get_one(CallOff, call_off_id).tender_id)
    around = Around({"framework": above} if above else {})
    ocid = f"{setting.prefix}-{facts.number}"
    return _publish(session, facts, waiting, ocid, around, setting, call_off_id=call_off_id)


def _waiting(session: Session, facts: TenderFacts, **subject: int) -> list[Happening]:
    known = queries.known_keys(session, **subject)
    return [each for each in happenings(facts) if each.key not in known]


def _publish(
    session: Session, facts: TenderFacts, waiting: Sequence[Happening], ocid: str, around: Around, setting: Setting,
    **subject: int,
) -> list[Release]:  # fmt: skip
    queries.lock(session, ocid)
    number, last = queries.last_of(session, ocid)
    made = []
    for each in waiting:
        number += 1
        last = max(moment for moment in (each.at, facts.public_from, last) if moment is not None)
        content = rules.release(
            facts, each, ocid=ocid, number=number, dated=last, around=around, setting=setting
        )
        made.append(_keep(session, content, last, key=each.key, tag=each.tag, **subject))
    session.flush()
    return made


def _around(session: Session, tender_id: int, facts: TenderFacts, setting: Setting) -> tuple[str, Around]:
    """The id of a tender's process, and the processes around it. The first tender of a published need keeps its id."""
    tender = session.get_one(Tender, tender_id)
    parent = find_framework_tender(session, tender_id)
    found = {"framework": None if parent is None else queries.ocid_of_tender(session, parent)}
    own, elsewhere = queries.ocid_of_tender(session, tender_id), None
    if tender.need_id is not None:
        planned, taken = queries.ocid_of_need(session, tender.need_id) if facts.need else (None, True)
        own = own or (None if taken else planned)
        prior, elsewhere = queries.prior(session, tender.need_id)
        stopped = queries.stopped_before(session, tender.need_id, tender_id)
        found |= {"planning": planned, "prior": prior, "unsuccessfulProcess": stopped}
    return own or f"{setting.prefix}-{facts.number}", Around(
        {kind: each for kind, each in found.items() if each is not None}, elsewhere,
        queries.followed(session, tender_id) if facts.contracts else {},
    )  # fmt: skip


def _keep(
    session: Session, content: Json, released_at: datetime, *, key: str, tag: Tag, **subject: int
) -> Release:
    text = canonical_json(content)
    made = Release(
        ocid=content["ocid"], release_id=content["id"], key=key, tag=str(tag), released_at=released_at,
        extensions=extensions_in(content), content=text.decode(), sha256=hashlib.sha256(text).hexdigest(), **subject,
    )  # fmt: skip
    session.add(made)
    return made


def release_need(
    session: Session, *, need_id: int, key: str, tag: Tag, at: datetime, setting: Setting
) -> Release | None:
    """Publish a need of the public calendar; one for the alliance alone is not published."""
    facts = chronicle.find_need(session, need_id)
    known, _taken = queries.ocid_of_need(session, need_id)
    if facts is None or (known is None and tag is not Tag.PLANNING and facts.withdrawn_at is not None):
        return None
    ocid = known or f"{setting.prefix}-{facts.number}"
    queries.lock(session, ocid)
    number, last = queries.last_of(session, ocid)
    tag = Tag.PLANNING if known is None else tag
    dated = max(moment for moment in (at, last) if moment is not None)
    prior, elsewhere = queries.prior(session, need_id)
    around = Around({} if prior is None else {"prior": prior}, elsewhere)
    content = rules.planning_release(
        facts, tag, dated, ocid=ocid, number=number + 1, around=around, setting=setting
    )
    made = _keep(session, content, dated, need_id=need_id, key=key, tag=tag)
    session.flush()
    return made


def catch_up(session: Session, *, setting: Setting, whole: bool = False) -> int:
    """Publish what is public and was not published: of before this began, and contracts that are over.

    What was published stays as it is. `whole` looks at every tender again. Returns how many releases were added.
    """
    added = 0
    for need_id in queries.unreleased_needs(session):
        posted = session.get_one(Need, need_id).posted_at
        made = release_need(
            session, need_id=need_id, key="posted", tag=Tag.PLANNING, at=posted, setting=setting
        )
        added += made is not None
    waiting = {*queries.ended_contracts(session, database_now(session))}
    for tender_id in queries.published_tenders(session, unreleased=not whole):
        waiting.discard(tender_id)
        added += len(release_tender(session, tender_id=tender_id, setting=setting))
    for tender_id in sorted(waiting):
        added += len(release_tender(session, tender_id=tender_id, setting=setting))
    for call_off_id in queries.waiting_orders(session, database_now(session), whole=whole):
        added += len(release_order(session, call_off_id=call_off_id, setting=setting))
    return added


def hear_tender(session: Session, event: Any) -> None:
    """Something happened to a tender, its awards or its contract: every such event carries `tender_id`."""
    release_tender(session, tender_id=event.tender_id, setting=gateway.setting())


def hear_paid(session: Session, event: InvoicePaid | PaymentUndone) -> None:
    """An invoice was paid, or a payment taken back: published when it is of a contract made here."""
    agreement_id = session.get_one(Invoice, event.invoice_id).agreement_id
    if agreement_id is None:
        return
    tender_id = queries.of_agreement(session, agreement_id)
    call_off_id = orders.of_agreement(session, agreement_id)
    if tender_id is not None:
        release_tender(session, tender_id=tender_id, setting=gateway.setting())
    elif call_off_id is not None:
        release_order(session, call_off_id=call_off_id, setting=gateway.setting())


def hear_order(session: Session, event: OrderAgreed) -> None:
    """A supplier took an order without competition."""
    release_order(session, call_off_id=event.call_off_id, setting=gateway.setting())


def hear_need(session: Session, event: NeedPosted | NeedChanged | NeedWithdrawn) -> None:
    """A need came, changed or went."""
    need = session.get_one(Need, event.need_id)
    key, tag, at = f"version-{need.version}", Tag.PLANNING_UPDATE, need.changed_at
    if isinstance(event, NeedPosted):
        key, tag, at = "posted", Tag.PLANNING, need.posted_at
    elif isinstance(event, NeedWithdrawn):
        key, at = "withdrawn", need.withdrawn_at or at
    release_need(session, need_id=need.id, key=key, tag=tag, at=at, setting=gateway.setting())


def package(
    session: Session, shelf: queries.Shelf, setting: Setting, *, uri: str, links: Json | None = None,
    core: bool = False,
) -> Iterator[str]:  # fmt: skip
    """The text of a release package, piece by piece. `core` leaves out what needs an extension."""
    head = _head(session, shelf, setting, uri=uri, links=links, core=core)
    yield canonical_json(head).decode()[:-1] + ',"releases":['
    for place, text in enumerate(queries.contents(session, shelf.ids)):
        told = canonical_json(core_only(json.loads(text))).decode() if core else text
        yield f",\n{told}" if place else f"\n{told}"
    yield "\n]}\n"


def _head(
    session: Session, shelf: queries.Shelf, setting: Setting, *, uri: str, links: Json | None, core: bool
) -> Json:
    found = queries.publisher(session)
    used = [] if core else sorted({*shelf.extensions, *(("pagination",) if links else ())})
    head = package_head(
        base_url=setting.base_url, uri=uri, publisher=party(found) if found else None,
        published_at=shelf.published_at, extensions=used,
    )  # fmt: skip
    return {**head, "links": links} if links else head


def records(
    session: Session, ocids: Sequence[str], setting: Setting, *, uri: str, links: Json | None = None
) -> Json:
    """A record package: of each process its releases by address, and its compiled state."""
    found = queries.of_process(session, ocids)
    shelf = queries.Shelf(
        [], len(found), None, max((each.released_at for each in found), default=None),
        sorted({name for each in found for name in each.extensions}), "",
    )  # fmt: skip
    made = []
    for ocid, group in groupby(found, key=lambda each: each.ocid):
        releases = list(group)
        made.append({
            "ocid": ocid,
            "releases": [
                {
                    "url": f"{setting.base_url}/data/ocds/releases.json#{each.release_id}",
                    "date": instant(each.released_at), "tag": [each.tag],
                }
                for each in releases
            ],
            "compiledRelease": compiled(json.loads(releases[-1].content)),
        })  # fmt: skip
    head = _head(session, shelf, setting, uri=uri, links=links, core=False)
    return {**head, "records": made}
