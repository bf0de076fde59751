"""Reading files of purchase lines, work on them, and the mappings they are read with."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, Text, cast, exists, false, func, or_, select, text
from sqlalchemy.orm import InstrumentedAttribute, Session, joinedload

from cwb.identity.models import Organisation, User
from cwb.kernel.period import Period
from cwb.sign_in.models import DemoUser
from ledger.remarks.queries import WAITS
from ledger.repeats.models import SpendRepeat
from ledger.repeats.queries import LAST_HELD, OWN, comes_back
from ledger.spend.errors import AnchorUnknown
from ledger.spend.models import SpendImport, SpendUndo
from ledger.uploads.errors import ImportsAlike, ImportUnknown, ProfileUnknown, RunUnknown, UploadUnknown
from ledger.uploads.models import SpendProfile, SpendRun, SpendUpload, SpendUploadPart
from ledger.uploads.rules import RunKind, RunState

LEAST_DIGITS = 12
"""So much of a checksum is shown, and names a file."""


def waiting(session: Session, anchor_id: int, *, actor_id: int | None = None) -> Sequence[SpendUpload]:
    """The files of an anchor (and of one person) that wait for a yes, latest first."""
    statement = select(SpendUpload).where(SpendUpload.anchor_id == anchor_id).order_by(SpendUpload.id.desc())
    return session.scalars(statement if actor_id is None else statement.filter_by(actor_id=actor_id)).all()


class Waiting(NamedTuple):
    """A file that waits, and who handed it in."""

    file: SpendUpload
    who: str


def waiting_list(session: Session, anchor_id: int) -> Sequence[Waiting]:
    """The files of an anchor that wait for a yes, latest first, each with who handed it in."""
    rows = session.execute(
        select(SpendUpload, User.name)
        .join(User, User.id == SpendUpload.actor_id)
        .where(SpendUpload.anchor_id == anchor_id)
        .order_by(SpendUpload.id.desc())
    )
    return [Waiting(*row) for row in rows]


def upload(session: Session, public_id: UUID | str, *, anchor_id: int | None) -> SpendUpload:
    """A waiting file of this anchor.

    Raises:
        UploadUnknown: none, another anchor's, or the text is no id.
    """
    try:
        wanted = UUID(str(public_id))
    except ValueError:
        raise UploadUnknown from None
    found = session.scalar(
        select(SpendUpload).where(SpendUpload.public_id == wanted, SpendUpload.anchor_id == anchor_id)
    )
    if found is None:
        raise UploadUnknown
    return found


def pieces(session: Session, upload_id: int) -> Iterator[bytes]:
    """The pieces of a waiting file, in order, one at a time."""
    part = select(SpendUploadPart.content).where(SpendUploadPart.upload_id == upload_id)
    number = 0
    while (piece := session.scalar(part.where(SpendUploadPart.number == number))) is not None:
        yield piece
        number += 1


def worked_on(upload_id: InstrumentedAttribute[int] | int) -> ColumnElement[bool]:
    """SQL: whether the worker has work to do on a file."""
    return exists().where(SpendRun.upload_id == upload_id, SpendRun.finished_at.is_(None))


def is_worked_on(session: Session, upload_id: int) -> bool:
    """Whether the worker has work to do on a file."""
    return bool(session.scalar(select(worked_on(upload_id))))


class Booked(NamedTuple):
    """A file that was booked: who did it, and when it was taken back (with the reason), if it was."""

    file: SpendImport
    who: str | None
    undo: SpendUndo | None
    undone_by: str | None


def imports(session: Session, anchor_id: int) -> list[Booked]:
    """Files booked for an anchor, latest first."""
    by = User.__table__.alias()
    rows = session.execute(
        select(SpendImport, User.name, SpendUndo, by.c.name)
        .outerjoin(User, User.id == SpendImport.actor_id)
        .outerjoin(SpendUndo, SpendUndo.import_id == SpendImport.id)
        .outerjoin(by, by.c.id == SpendUndo.actor_id)
        .where(SpendImport.anchor_id == anchor_id)
        .order_by(SpendImport.id.desc())
        .limit(50)
    )
    return [Booked(*row) for row in rows]


def booked(session: Session, public_id: UUID, *, anchor_id: int | None) -> SpendImport:
    """A file that was booked for this anchor.

    Raises:
        ImportUnknown: none, or another anchor's.
    """
    found = find_booked(session, public_id, anchor_id=anchor_id)
    if found is None:
        raise ImportUnknown
    return found


def find_booked(session: Session, public_id: UUID, *, anchor_id: int | None) -> SpendImport | None:
    """The same, or None."""
    return session.scalar(
        select(SpendImport).where(SpendImport.public_id == public_id, SpendImport.anchor_id == anchor_id)
    )


def booked_or_gone(session: Session, public_id: UUID, *, anchor_id: int) -> tuple[SpendImport, bool]:
    """A file that was booked for this anchor, and whether it was taken back.

    Raises:
        ImportUnknown: none, or another anchor's.
    """
    found = session.execute(
        select(SpendImport, exists().where(SpendUndo.import_id == SpendImport.id))
        .where(SpendImport.public_id == public_id, SpendImport.anchor_id == anchor_id)
    ).one_or_none()  # fmt: skip
    if found is None:
        raise ImportUnknown
    return found[0], found[1]


def booked_as(session: Session, anchor_id: int, named: str) -> SpendImport:
    """A file that was booked for this anchor, by its public id or by the beginning of its SHA-256.

    Of files with one content those that were taken back are passed over, unless all were.

    Raises:
        ImportUnknown: none, or another anchor's. ImportsAlike: several that stand.
    """
    name = named.strip().lower()
    alike = SpendImport.checksum.startswith(name, autoescape=True) if len(name) >= LEAST_DIGITS else false()
    gone = exists().where(SpendUndo.import_id == SpendImport.id)
    found = session.execute(
        select(SpendImport, gone)
        .where(SpendImport.anchor_id == anchor_id, or_(cast(SpendImport.public_id, Text) == name, alike))
        .order_by(SpendImport.id)
    ).all()
    if not found:
        raise ImportUnknown
    stand = [made for made, was_undone in found if not was_undone]
    if len(stand) > 1:
        raise ImportsAlike(ids=", ".join(str(each.public_id) for each in stand))
    return stand[0] if stand else found[-1][0]


def booked_by(session: Session, one: SpendRun) -> SpendImport:
    """The file that work booked or takes back."""
    return session.get_one(SpendImport, one.import_id)


class Effect(NamedTuple):
    """What taking a file back does in one quarter (None: lines without a date)."""

    period: Period | None
    lines: int
    net: int


_GOES = """
    SELECT line.period_on, line.net_amount FROM spend_line line
    WHERE {only}
        AND NOT EXISTS (SELECT FROM spend_line again WHERE again.replaces_id = line.id AND again.kind = 'reversal')
"""
_EFFECT = text(f"""
    SELECT date_trunc('quarter', line.period_on::timestamp)::date, count(*), sum(line.net_amount)
    FROM ({_GOES.format(only=OWN)} UNION ALL {_GOES.format(only=LAST_HELD)}) line
    GROUP BY 1 ORDER BY 1
""")


def effects(session: Session, import_id: int) -> list[Effect]:
    """Per quarter the lines of a file that count now and that no other file holds: what goes when it is taken back."""
    return [_effect(*row) for row in session.execute(_EFFECT, {"import_id": import_id})]


def returns(session: Session, found: SpendImport) -> list[Effect]:
    """Per quarter what counts again when a file is taken back."""
    return [_effect(*row) for row in comes_back(session, found.anchor_id, found.id)]


def _effect(quarter: date | None, lines: int, net: int) -> Effect:
    return Effect(Period.quarter_of(quarter) if quarter else None, lines, int(net))


def later_repeats(session: Session, found: SpendImport) -> Sequence[str]:
    """The names of later files, still counting, of which it was not kept which lines were there already.

    Some may be lines of this file; files that were booked since 2026-11-30 say it exactly (`ledger.repeats`).
    """
    known = select(func.count()).where(SpendRepeat.import_id == SpendImport.id).scalar_subquery()
    return session.scalars(
        select(SpendImport.file_name)
        .where(
            SpendImport.anchor_id == found.anchor_id, SpendImport.id > found.id,
            SpendImport.row_count - SpendImport.added_count > known,
            ~exists().where(SpendUndo.import_id == SpendImport.id),
        )
        .order_by(SpendImport.id)
    ).all()  # fmt: skip


_UNDECIDED = text(f"SELECT count(*) FROM spend_line line WHERE line.import_id = :import_id AND {WAITS}")


def undecided(session: Session, import_id: int) -> int:
    """Lines of a file that wait for a decision: they do not count until then."""
    return int(session.scalar(_UNDECIDED, {"import_id": import_id}) or 0)


def run(session: Session, public_id: UUID, *, anchor_id: int | None) -> SpendRun:
    """Work on a file of this anchor, with the file where it still waits.

    Raises:
        RunUnknown: none, or another anchor's.
    """
    found = session.scalar(
        select(SpendRun)
        .where(SpendRun.public_id == public_id, SpendRun.anchor_id == anchor_id)
        .options(joinedload(SpendRun.upload))
    )
    if found is None:
        raise RunUnknown
    return found


def find_run(session: Session, kind: RunKind, **same: Any) -> SpendRun | None:
    """The latest work of a kind with these facts that waits, runs or was done."""
    return session.scalars(
        select(SpendRun)
        .filter_by(kind=kind, **same)
        .where(SpendRun.state.in_((RunState.WAITING, RunState.RUNNING, RunState.DONE)))
        .order_by(SpendRun.id.desc())
        .limit(1)
    ).first()


def open_runs(session: Session, anchor_id: int | None = None) -> Sequence[SpendRun]:
    """Work that waits or runs (of one anchor), oldest first."""
    statement = select(SpendRun).where(SpendRun.state.in_((RunState.WAITING, RunState.RUNNING)))
    if anchor_id is not None:
        statement = statement.where(SpendRun.anchor_id == anchor_id)
    return session.scalars(statement.order_by(SpendRun.id).limit(50)).all()


def has_open_runs(session: Session, anchor_id: int) -> bool:
    """Whether work waits or runs for an anchor: then no page should book for it meanwhile."""
    return bool(
        session.scalar(
            select(exists().where(SpendRun.anchor_id == anchor_id, SpendRun.finished_at.is_(None)))
        )
    )


def before(session: Session, one: SpendRun) -> int:
    """How much work waits or runs before this."""
    return (
        session.scalar(
            select(func.count()).where(
                SpendRun.state.in_((RunState.WAITING, RunState.RUNNING)), SpendRun.id < one.id
            )
        )
        or 0
    )


def anchor(session: Session, text: str) -> Organisation:
    """An anchor by KvK number or public id; "demo" is the first one of the demo.

    Raises:
        AnchorUnknown: none of these.
    """
    wanted = select(Organisation).where(Organisation.anchor_type.is_not(None))
    if text == "demo":
        is_demo = select(DemoUser.user_id).exists()
        found = session.scalars(wanted.where(is_demo).order_by(Organisation.id).limit(1)).first()
    else:
        named = or_(Organisation.kvk_number == text, cast(Organisation.public_id, Text) == text.lower())
        found = session.scalars(wanted.where(named)).first()
    if found is None:
        raise AnchorUnknown
    return found


def reporting_numbers(session: Session) -> frozenset[str]:
    """The KvK numbers of the anchors: only they may be paid under X6."""
    return frozenset(
        number
        for number in session.scalars(
            select(Organisation.kvk_number).where(Organisation.anchor_type.is_not(None))
        )
        if number is not None
    )


def profiles(session: Session, anchor_id: int) -> Sequence[SpendProfile]:
    """The mappings an anchor saved, by name."""
    return session.scalars(
        select(SpendProfile).where(SpendProfile.anchor_id == anchor_id).order_by(SpendProfile.name).limit(50)
    ).all()


def profile(session: Session, anchor_id: int, name: str) -> SpendProfile:
    """One of them.

    Raises:
        ProfileUnknown: no such name.
    """
    found = find_profile(session, anchor_id, name)
    if found is None:
        raise ProfileUnknown(name=name[:60])
    return found


def find_profile(session: Session, anchor_id: int, name: str) -> SpendProfile | None:
    """One of them, or None."""
    return session.scalar(
        select(SpendProfile).where(SpendProfile.anchor_id == anchor_id, SpendProfile.name == name)
    )
