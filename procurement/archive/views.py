"""The page of the archive, and the archive."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
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

Made = Callable[[], bytes]
"""Makes the content of one file."""

bp = Blueprint("archive", __name__, url_prefix="/tenders/<number>/archive")


def _tender(number: str) -> Tender:
    tender = tenders.tender(db(), number, actor())
    permit(policy.may(actor(), tender))
    if tender.published_at is None:
        raise NotOpen
    return tender


def _pdf(page: Callable[..., Response], *which: Any) -> bytes:
    return page(*which).get_data()


def _papers(tender: Tender) -> Iterator[tuple[str, Made]]:
    """The PDFs, each as on its own page and behind its own guard."""
    number, place = tender.number, rules.CONFIDENTIAL
    for each in enquiries.notas(db(), tender.id):
        yield f"nota-{each.number}.pdf", partial(_pdf, papers.nota, number, each.number)
    if tender.opened_at is not None:
        yield f"{place}opening.pdf", partial(_pdf, papers.opening_record, number)
    if tender.scores_frozen_at is not None:
        yield f"{place}beoordeling.pdf", partial(_pdf, minutes.evaluation, number)
        for asked in lowbids.questions(db(), tender.id).values():
            yield f"{place}prijzen/{asked.public_id}.pdf", partial(_pdf, minutes.price, asked.public_id)
        for made in repairs.requests(db(), tender.id).values():
            yield f"{place}herstel/{made.public_id}.pdf", partial(_pdf, minutes.repair, made.public_id)
    sent = [
        each for each in awards.decisions(db(), tender.id, also_withdrawn=True) if each.sent_at is not None
    ]
    for count, decision in enumerate(reversed(sent), start=1):
        for letter in decision.letters:
            name = f"{place}brieven/besluit-{count}/{letter.bid.lot.number}-{letter.bid.label}.pdf"
            yield name, partial(_pdf, papers.letter, letter.public_id)
    for found in contracts.of_tender(db(), tender.id).values():
        yield f"{place}contracten/{found.number}.pdf", partial(_pdf, papers.contract, found.number)


def _bids(tender: Tender) -> Iterator[tuple[str, Made]]:
    """What was handed in, with its files: once the scores are frozen, for the panel reads no names before."""
    if tender.scores_frozen_at is None:
        return
    numbers = {each.id: each.number for each in tender.lots}
    for each in openings.opened(db(), tender.id):
        place = f"{rules.CONFIDENTIAL}inschrijvingen/{numbers[each.lot_id]}-{each.label}"
        yield f"{place}.json", partial(queries.bid, each)
        for count, entry in enumerate(entries((each.content or {}).get("files", ())), start=1):
            yield f"{place}/{count}-{entry.name}", partial(read_file, db(), bid_id=each.bid_id, entry=entry)


def _files(tender: Tender) -> dict[str, Made]:
    """Everything by name, each made when it is asked for; what everyone may read is outside the confidential folder."""
    made: dict[str, Made] = {
        "aanbesteding.json": partial(bytes, queries.record(tender)), **dict(_bids(tender)), **dict(_papers(tender)),
    }  # fmt: skip
    shelf = publication.shelf(db(), tender_id=tender.id)
    if shelf.total:
        made["open-data.jsonl"] = partial(_open_data, shelf.ids)
    for name in queries.held(db(), tender):
        made[f"{rules.CONFIDENTIAL}{name}.json"] = partial(queries.part, db(), tender, name)
    return made


def _open_data(ids: Sequence[int]) -> bytes:
    return "".join(f"{each}\n" for each in publication.contents(db(), ids)).encode()


def _whole(files: Mapping[str, Made]) -> dict[str, bytes]:
    """All of it made; one that cannot be read says so in its place."""
    found = {}
    for name, make in files.items():
        try:
            found[name] = make()
        except RuleBroken as fault:
            found[f"{name}.txt"] = text_of(fault).encode()
    return found


@bp.get("")
@guarded(policy.TAKE)
def index(number: str) -> str:
    """What the archive holds, and the button."""
    tender = _tender(number)
    return render_template(
        "procurement/archive/index.html", tender=tender, files=sorted(_files(tender)),
        confidential=rules.CONFIDENTIAL,
    )  # fmt: skip


@bp.get("/dossier.zip")
@guarded(policy.TAKE)
def take(number: str) -> Any:
    """The whole file as a ZIP; that it was taken is noted with its hash."""
    tender = _tender(number)
    files = _whole(_files(tender))
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
