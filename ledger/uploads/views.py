"""Handing in purchase lines: choose a file, see how it is read, correct that, book it."""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from flask import Blueprint, Response, render_template, request, stream_with_context, url_for

from cwb.files.rules import MEGA
from cwb.identity.models import Organisation
from cwb.identity.queries import organisation_by_id
from cwb.kernel.clock import local_date
from cwb.kernel.errors import Forbidden, RuleBroken
from cwb.kernel.period import Period
from cwb.web.forms import Button
from cwb.web.guards import guarded
from cwb.web.i18n import _, translated
from cwb.web.pages import csv_file, csv_rows
from cwb.web.request import actor, db, now
from cwb.web.security import takes_files
from cwb.web.submit import passed, press, see_other, submit
from ledger.columns.rules import ColumnMap
from ledger.details.rules import FLAGS
from ledger.details.rules import Found as Finding
from ledger.headings.rules import FIELDS
from ledger.publication.queries import signed
from ledger.readers.errors import FileRefused, NoRows
from ledger.readers.gateway import Found, look
from ledger.readers.rules import Reading
from ledger.repeats.queries import elsewhere
from ledger.spend.queries import undone
from ledger.spend.rules import Recorded
from ledger.tables.rules import MOST_SHEETS, sheet_and_row
from ledger.uploads import policy, queries, services
from ledger.uploads.errors import FileTooLong, StatementNoLedger, UploadUnknown
from ledger.uploads.forms import ColumnsForm, DiscardForm, ProfileForm, UploadForm, column_name
from ledger.uploads.gateway import PIECE, beginning, on_disk
from ledger.uploads.models import SpendUpload
from ledger.uploads.rules import HEAD_SIZE, QUICK_SIZE, RUN_KINDS, SHOWN, told

bp = Blueprint("uploads", __name__, url_prefix="/spend/upload")

_FINDINGS, _FINDINGS_HEAD = "opmerkingen", ("kind", "row", "field", "text")
MOST_MEGA = 300
"""Megabytes of a file that a page takes: some five million rows."""


def own_anchor() -> Organisation:
    """The actor's own organisation, which must be an anchor."""
    organisation_id = actor().organisation_id
    if organisation_id is None:
        raise Forbidden
    found = organisation_by_id(db(), organisation_id)
    if found.anchor_type is None:
        raise Forbidden
    return found


@bp.route("", methods=["GET", "POST"])
@takes_files(MOST_MEGA * MEGA)
@guarded(policy.UPLOAD)
def index() -> Any:
    """Choose a file; what was booked before."""
    anchor, form = own_anchor(), UploadForm()
    return submit(
        form,
        lambda s: services.stage_upload(s, anchor=anchor, actor_id=actor().user_id, at=now(), **form.values()),
        then=lambda made: url_for("uploads.show", public_id=made.public_id),
        page=lambda: render_template(
            "ledger/uploads/index.html", form=form, mega=MOST_MEGA, imports=queries.imports(db(), anchor.id),
            runs=queries.open_runs(db(), anchor.id), kinds=RUN_KINDS, waiting=queries.waiting_list(db(), anchor.id),
        ),
    )  # fmt: skip


@bp.get("/example.csv")
@guarded(policy.UPLOAD)
def example() -> Any:
    """An empty file with columns that are surely understood."""
    left_out = {"debit", "credit", "side", "band"}
    return csv_file("inkoopregels-voorbeeld", [name for name in FIELDS if name not in left_out], [])


@dataclass(frozen=True, slots=True)
class Looked:
    """A waiting file, the form of its columns, and how it is read; `fault` where it cannot be read that way."""

    upload: SpendUpload
    found: Found
    names: Mapping[str, str]
    form: ColumnsForm
    columns: ColumnMap
    period: Period | None
    reading: Reading | None
    fault: RuleBroken | None

    @property
    def is_unreadable(self) -> bool:
        """Whether no choice of columns would help: only what is wrong is shown."""
        return self.fault is not None and (isinstance(self.fault, NoRows) or not self.found.names_columns)


@contextmanager
def looked_at(anchor: Organisation, public_id: UUID, *, whole: bool = False) -> Iterator[Looked]:
    """The file as the address says it is to be read: by chosen columns, by a saved mapping, or as guessed.

    Of a long file the beginning, unless it is wanted whole.
    """
    upload = queries.upload(db(), public_id, anchor_id=anchor.id)
    name = request.args.get("profile")
    saved = queries.profile(db(), anchor.id, name).map if name else None
    is_part = upload.size > QUICK_SIZE and not whole
    pieces = queries.pieces(db(), upload.id)
    with on_disk(beginning(pieces, HEAD_SIZE) if is_part else pieces) as (path, _rows):
        yield _looked(upload, path, saved, is_part=is_part)


def _looked(upload: SpendUpload, path: Path, saved: ColumnMap | None, *, is_part: bool) -> Looked:
    fault: RuleBroken | None = None
    try:
        found = look(path, saved, is_part=is_part)
    except RuleBroken as missing:
        found, saved, fault = look(path, is_part=is_part), None, missing
    names = {label: column_name(label, is_own=found.names_columns) for label in found.labels}
    form = ColumnsForm.of(names, saved or found.guess.map, request.args)
    reading, period, columns = None, None, saved or found.guess.map
    try:
        columns = form.map()
        period = Period.parse(form.period.data) if form.period.data else None
        reading = found.reading(columns, period, services.who_reports(db()), local_date(now()))
    except RuleBroken as unsure:
        fault = fault or unsure
    return Looked(upload, found, names, form, columns, period, reading, fault)


def here(endpoint: str, public_id: UUID) -> str:
    """An address with the same choices of columns."""
    kept = {
        name: value
        for name, value in request.args.items()
        if name.startswith("c_") or name in {"profile", "period", "mark", "order", "turned"}
    }
    return f"{url_for(endpoint, public_id=public_id)}?{urlencode(kept)}"


@bp.route("/<uuid:public_id>", methods=["GET", "POST"])
@guarded(policy.UPLOAD)
def show(public_id: UUID) -> Any:
    """What a file holds, row by row where something is wrong; correct the columns; book it. A long one goes on."""
    anchor = own_anchor()
    try:
        with looked_at(anchor, public_id) as looked:
            return _show(anchor, public_id, looked)
    except UploadUnknown:
        if request.method == "GET" and queries.find_booked(db(), public_id, anchor_id=anchor.id):
            return passed(url_for("uploads.booked", public_id=public_id), _("Dit bestand is al opgeslagen."))
        raise


@bp.get("/imports/<uuid:public_id>")
@guarded(policy.UPLOAD)
def booked(public_id: UUID) -> Any:
    """What a file that was booked added, which signed figures it comes after, and what is to be done next."""
    anchor = own_anchor()
    found = queries.booked(db(), public_id, anchor_id=anchor.id)
    effects = queries.effects(db(), found.id)
    return render_template(
        "ledger/uploads/booked.html", file=found, effects=effects, is_undone=found.id in undone(db(), anchor.id),
        others=elsewhere(db(), found.id), undecided=queries.undecided(db(), found.id),
        read=found.findings, fields=FIELDS, flags=FLAGS,
        signed=signed(db(), [str(each.period) for each in effects if each.period], found.at),
    )  # fmt: skip


def signed_before(read: Mapping[str, Any]) -> dict[str, int]:
    """Which of the quarters that a file adds lines to were signed, with their version; none where nothing is new."""
    quarters = [quarter for quarter, _lines in read.get("quarters", ()) if quarter]
    return signed(db(), quarters, now()) if read.get("new") else {}


def _show(anchor: Organisation, public_id: UUID, looked: Looked) -> Any:
    def page() -> str:
        if request.method == "GET":
            return _page(anchor, looked, form)
        with looked_at(anchor, public_id) as again:
            return _page(anchor, again, form)

    def book(session: Any) -> Any:
        if looked.reading is None:
            raise looked.fault or RuleBroken
        return services.book_upload(
            session, anchor=anchor, upload=looked.upload, reading=looked.reading, actor_id=actor().user_id, at=now()
        )  # fmt: skip

    def then(done: Recorded) -> str:
        if done.twins.lines or done.twins.changed:
            return url_for("conflicts.index")
        return url_for("uploads.booked", public_id=public_id)

    form = Button()
    return submit(form, book, then=then, said=_("Het bestand is opgeslagen."), page=page)


def _page(anchor: Organisation, looked: Looked, form: Button) -> str:
    seen, long = None, looked.upload.size > QUICK_SIZE or queries.has_open_runs(db(), anchor.id)
    if looked.reading:
        seen = (
            services.beginning(looked.reading) if long
            else services.preview(db(), anchor=anchor, reading=looked.reading, at=now())
        )  # fmt: skip
        if isinstance(seen.refused, FileTooLong):
            seen, long = replace(seen, refused=None), True
    read = (
        told(seen.reading.tally, seen.reading.suppliers, seen.new, seen.twins, seen.moved) if seen else None
    )
    return render_template(
        "ledger/uploads/show.html", form=form, looked=looked, seen=seen, long=long, flags=FLAGS, read=read, shown=SHOWN,
        signed=signed_before(read or {}), of_bank=seen is not None and isinstance(seen.refused, StatementNoLedger),
        fields=FIELDS, here=here, profile_form=ProfileForm(formdata=None), profiles=queries.profiles(db(), anchor.id),
    )  # fmt: skip


@bp.get("/<uuid:public_id>/findings.csv")
@guarded(policy.UPLOAD)
def findings(public_id: UUID) -> Any:
    """All that is wrong or doubtful in a waiting file, row by row, read as the address says.

    Raises:
        FileRefused: it cannot be read that way.
    """
    with ExitStack() as open_file:
        looked = open_file.enter_context(looked_at(own_anchor(), public_id, whole=True))
        if looked.reading is None:
            raise looked.fault or FileRefused
        return findings_stream(looked.reading, open_file.pop_all())


def findings_stream(reading: Reading, open_file: ExitStack) -> Any:
    """All faults and flags of a file as CSV, sent while it is read; the last row says how many there are.

    Whoever misses that row has half a list. `open_file` is closed at the end.
    """
    answer = Response(stream_with_context(_findings(reading)), mimetype="text/csv")
    answer.headers["Content-Disposition"] = f'attachment; filename="{_FINDINGS}.csv"'
    answer.call_on_close(open_file.close)
    return answer


def _findings(reading: Reading) -> Iterator[str]:
    """The lines of that list. What one batch of rows gives waits on disk when it is much."""
    tally = reading.tally
    with SpooledTemporaryFile(PIECE, mode="w+", encoding="utf-8", newline="") as out:
        write = csv_rows(out)

        def sent() -> Iterator[str]:
            out.seek(0)
            yield from iter(lambda: out.read(PIECE), "")
            out.seek(0)
            out.truncate()

        def tell(kind: str, found: Finding) -> None:
            what = found.what
            is_fault = isinstance(what, RuleBroken)
            said = translated(what.message, what.facts) if is_fault else translated(FLAGS[what])
            write([kind, row_told(*sheet_and_row(found.row)), found.field, said])

        out.write("\ufeff")
        write(_FINDINGS_HEAD)
        for known in tally.flags.kept:
            tell("flag", known)
        tally.faults.hear, tally.flags.hear = partial(tell, "fault"), partial(tell, "flag")
        try:
            for _batch in reading.batches():
                yield from sent()
        except RuleBroken as refused:
            write(["refused", "", "", translated(refused.message, refused.facts)])
        write(
            ["end", tally.rows, "", _("%(num)s opmerkingen", num=tally.faults.total() + tally.flags.total())]
        )
        yield from sent()


def findings_file(read: Mapping[str, Any]) -> Any:
    """The faults and flags that were kept of a file that is gone, as CSV."""
    rows = [
        (kind, row_told(each.get("sheet", 0), each["row"]), each["field"], _said(each))
        for kind, those in (("fault", read.get("faults", ())), ("flag", read.get("flags", ())))
        for each in those
    ]
    return csv_file(_FINDINGS, _FINDINGS_HEAD, rows)


def row_told(sheet: int, row: int) -> int | str:
    """A row as it is told: of a further sheet or a file among several with the place of that."""
    if not sheet:
        return row or _("hele bestand")
    if sheet > MOST_SHEETS:
        return _("bestand %(num)s", num=sheet - MOST_SHEETS)
    return (
        _("blad %(sheet)s, regel %(row)s", sheet=sheet, row=row) if row else _("blad %(sheet)s", sheet=sheet)
    )


def _said(finding: Mapping[str, Any]) -> str:
    if "message" in finding:
        return translated(finding["message"], finding["facts"])
    return translated(FLAGS[finding["what"]])


@bp.post("/<uuid:public_id>/profile")
@guarded(policy.UPLOAD)
def remember(public_id: UUID) -> Any:
    """Keep the chosen columns under a name, for the next file."""
    anchor, form = own_anchor(), ProfileForm()
    with looked_at(anchor, public_id) as looked:
        columns = looked.columns
    return submit(
        form,
        lambda s: services.save_profile(
            s, anchor=anchor, columns=columns, actor_id=actor().user_id, at=now(), **form.values()
        ),
        then=lambda made: url_for("uploads.show", public_id=public_id, profile=made.name),
        said=_("De indeling is bewaard. Kies haar bij een volgend bestand."),
        page=lambda: see_other(here("uploads.show", public_id)),
    )  # fmt: skip


@bp.post("/<uuid:public_id>/discard")
@guarded(policy.UPLOAD)
def discard(public_id: UUID) -> Any:
    """Throw a waiting file away."""
    upload = queries.upload(db(), public_id, anchor_id=own_anchor().id)
    return press(
        lambda s: services.discard_upload(s, upload=upload), then=url_for("uploads.index"),
        said=_("Het bestand is weg. Er is niets opgeslagen."),
    )  # fmt: skip


@bp.route("/waiting/discard", methods=["GET", "POST"])
@guarded(policy.UPLOAD)
def discard_waiting() -> Any:
    """Throw all waiting files away, once one saw which they are."""
    anchor, form = own_anchor(), DiscardForm()
    waiting = queries.waiting_list(db(), anchor.id)
    if request.method == "GET" and not waiting:
        return passed(url_for("uploads.index"), _("Er wacht niets meer."))
    return submit(
        form,
        lambda s: services.discard_waiting(
            s, anchor=anchor, actor_id=actor().user_id, at=now(), **form.values()
        ),
        then=lambda _gone: url_for("uploads.index"),
        said=_("De bestanden zijn weg. Er is niets opgeslagen."),
        page=lambda: render_template("ledger/uploads/discard.html", form=form, waiting=waiting),
    )  # fmt: skip


@bp.post("/refused/discard")
@guarded(policy.UPLOAD)
def discard_refused() -> Any:
    """Throw all waiting files away that are refused."""
    anchor = own_anchor()
    return press(
        lambda s: services.discard_refused(s, anchor=anchor), then=url_for("uploads.index"),
        said=_("De geweigerde bestanden zijn weg. Er is niets opgeslagen."),
    )  # fmt: skip
