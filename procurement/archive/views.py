"""The page of the archive, and the archive."""

from collections.abc import Iterator
from hashlib import sha256
from typing import Any

from flask import Blueprint, Response, render_template

from cwb.kernel.errors import RuleBroken
from cwb.kernel.transaction import atomic
from cwb.web.guards import guarded, permit
from cwb.web.i18n import _, text_of
from cwb.web.request import actor, db, now
from procurement.archive import policy, queries, rules, services
from procurement.awards import queries as awards
from procurement.contracts import queries as contracts
from procurement.enclosures.rules import entries
from procurement.enclosures.services import read_file
from procurement.enquiries import queries as enquiries
from procurement.lowbids import queries as lowbids
from procurement.minutes import views as minutes
from procurement.opening import queries as openings
from procurement.papers import views as papers
from procurement.publication import queries as publication
from procurement.repairs import queries as repairs
from procurement.tenders import queries as tenders
from procurement.tenders.errors import NotOpen
from procurement.tenders.models import Tender

bp = Blueprint("archive", __name__, url_prefix="/tenders/<number>/archive")


def _tender(number: str) -> Tender:
    tender = tenders.tender(db(), number, actor())
    permit(policy.may(actor(), tender))
    if tender.published_at is None:
        raise NotOpen
    return tender


def _papers(tender: Tender) -> Iterator[tuple[str, bytes]]:
    """The PDFs, each as on its own page and behind its own guard."""
    number = tender.number
    for each in enquiries.notas(db(), tender.id):
        yield f"nota-{each.number}.pdf", papers.nota(number, each.number).get_data()
    if tender.opened_at is not None:
        yield f"{rules.CONFIDENTIAL}opening.pdf", papers.opening_record(number).get_data()
    if tender.scores_frozen_at is not None:
        yield f"{rules.CONFIDENTIAL}beoordeling.pdf", minutes.evaluation(number).get_data()
        for asked in lowbids.questions(db(), tender.id).values():
            yield (
                f"{rules.CONFIDENTIAL}prijzen/{asked.public_id}.pdf",
                minutes.price(asked.public_id).get_data(),
            )
        for made in repairs.requests(db(), tender.id).values():
            yield (
                f"{rules.CONFIDENTIAL}herstel/{made.public_id}.pdf",
                minutes.repair(made.public_id).get_data(),
            )
    sent = [
        each for each in awards.decisions(db(), tender.id, also_withdrawn=True) if each.sent_at is not None
    ]
    for place, decision in enumerate(reversed(sent), start=1):
        for letter in decision.letters:
            name = (
                f"{rules.CONFIDENTIAL}brieven/besluit-{place}/{letter.bid.lot.number}-{letter.bid.label}.pdf"
            )
            yield name, papers.letter(letter.public_id).get_data()
    for found in contracts.of_tender(db(), tender.id).values():
        yield f"{rules.CONFIDENTIAL}contracten/{found.number}.pdf", papers.contract(found.number).get_data()


def _bids(tender: Tender, *, whole: bool) -> Iterator[tuple[str, bytes]]:
    """What was handed in, with its files: once the scores are frozen, for the panel reads no names before.

    Without `whole` the files are named and not read. One that cannot be read says so in its place.
    """
    if tender.scores_frozen_at is None:
        return
    numbers = {each.id: each.number for each in tender.lots}
    for each in openings.opened(db(), tender.id):
        place = f"{rules.CONFIDENTIAL}inschrijvingen/{numbers[each.lot_id]}-{each.label}"
        yield f"{place}.json", queries.bid(each)
        for count, entry in enumerate(entries((each.content or {}).get("files", ())), start=1):
            name, content = f"{place}/{count}-{entry.name}", b""
            if whole:
                try:
                    content = read_file(db(), bid_id=each.bid_id, entry=entry)
                except RuleBroken as fault:
                    name, content = f"{name}.txt", text_of(fault).encode()
            yield name, content


def _files(tender: Tender, *, whole: bool) -> dict[str, bytes]:
    """Everything by name; what everyone may read stands outside the confidential folder."""
    made = {
        "aanbesteding.json": queries.record(tender), **dict(_bids(tender, whole=whole)), **dict(_papers(tender)),
    }  # fmt: skip
    shelf = publication.shelf(db(), tender_id=tender.id)
    if shelf.total:
        made["open-data.jsonl"] = "".join(
            f"{each}\n" for each in publication.contents(db(), shelf.ids)
        ).encode()
    for name, content in queries.parts(db(), tender).items():
        made[f"{rules.CONFIDENTIAL}{name}.json"] = content
    return made


@bp.get("")
@guarded(policy.TAKE)
def index(number: str) -> str:
    """What the archive holds, and the button."""
    tender = _tender(number)
    return render_template(
        "procurement/archive/index.html", tender=tender, files=sorted(_files(tender, whole=False)),
        confidential=rules.CONFIDENTIAL,
    )  # fmt: skip


@bp.get("/dossier.zip")
@guarded(policy.TAKE)
def take(number: str) -> Any:
    """The whole file as a ZIP; that it was taken is noted with its hash."""
    tender = _tender(number)
    files = _files(tender, whole=True)
    title = f"{tender.number} {tender.title}"
    words = {
        "about": _("Het hele dossier van deze aanbesteding. Wat vertrouwelijk is, staat apart."),
        "public": _("Openbaar"),
        "confidential": _("Vertrouwelijk"),
    }
    files[rules.INDEX] = rules.index(files, title, words)
    files[rules.MANIFEST] = rules.manifest(files, {"tender": tender.number, "title": tender.title})
    content = rules.packed(files)
    with atomic(db()) as session:
        services.note_taking(
            session,
            tender=tender,
            digest=sha256(content).hexdigest(),
            files=len(files),
            actor=actor(),
            at=now(),
        )
    response = Response(content, mimetype="application/zip")
    response.headers["Content-Disposition"] = f'attachment; filename="{tender.number}-dossier.zip"'
    response.headers["Cache-Control"] = "private, no-store"
    return response
