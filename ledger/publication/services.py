"""Use cases of publishing a figure: prepare it, comment on it, sign it, and tell a story beside it."""

from datetime import date, datetime

from sqlalchemy import func, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from cwb.audit.services import record
from cwb.identity.models import Organisation
from cwb.identity.queries import people_of
from cwb.kernel.calendar import working_days_after
from cwb.kernel.clock import local_date
from cwb.kernel.period import Period
from cwb.kernel.policy import Role
from cwb.kernel.text import N_
from cwb.kernel.words import words
from cwb.notifications.services import mail_each
from cwb.places.rules import AreaPack
from ledger.exports.gateway import export
from ledger.publication import queries, rules
from ledger.publication.errors import (
    AlreadySigned,
    NotInFigure,
    StoryGone,
    StoryThere,
    Superseded,
    VersionChanged,
)
from ledger.publication.models import FigureComment, FigureStory, MeasureVersion, Preparation, Publication
from ledger.remarks.queries import to_tell
from ledger.share.rules import DEFINITION

_LOCK = 7_301_060


def prepare_figure(
    session: Session, *, period: Period, reason: str, area: AreaPack, days: int = rules.COMMENT_DAYS, actor_id: int,
    at: datetime,
) -> Preparation:  # fmt: skip
    """Keep the export of a period as it is now, for others to comment on for some working `days` and to sign.

    Every buyer in it gets a letter.

    Raises:
        PeriodRunning, NothingBought, NothingChanged, ReasonTooShort, VersionChanged.
    """
    _hold(session, period)
    _keep_versions(session, area, at)
    stands = queries.find_latest(session, str(period))
    made = Preparation(
        export=export(session, period, area), period=period, today=local_date(at), reason=reason,
        stands=queries.as_stands(session, stands), comments_until=working_days_after(local_date(at), days),
        tables=area.tables, prepared_by_id=actor_id, at=at,
    )  # fmt: skip
    session.add(made)
    session.flush()
    _record(session, "figure.prepared", made, actor_id, at)
    _ask_buyers(session, made, at)
    return made


def _keep_versions(session: Session, area: AreaPack, at: datetime) -> None:
    """Keep what the versions of area, tables and measure stand for, or refuse when it was something else before."""
    for kind, name, version, checksum in (
        ("area", area.id, area.version, rules.place_content(area)),
        ("definition", "", DEFINITION, rules.measure_content()),
        *((each.kind, area.id, str(each.valid_from), each.checksum) for each in area.tables),
    ):  # fmt: skip
        facts = {"kind": kind, "name": name, "version": version, "checksum": checksum, "at": at}
        session.execute(insert(MeasureVersion).values(facts).on_conflict_do_nothing())
        kept = session.scalar(
            select(MeasureVersion.checksum).where(
                MeasureVersion.kind == kind, MeasureVersion.name == name, MeasureVersion.version == version
            )
        )
        if kept != checksum:
            raise VersionChanged(version=version)


def _ask_buyers(session: Session, made: Preparation, at: datetime) -> None:
    """Write to the purchasers of every buyer in a figure that they can comment, and until when."""
    named = queries.document(session, made)["anchors"]
    buyers = session.scalars(select(Organisation.id).where(Organisation.public_id.in_(named))).all()
    mail_each(
        session, people_of(session, buyers, Role.PURCHASER), subject=N_("Reageer op het cijfer van %(period)s"),
        text=N_("Het cijfer staat klaar om te tekenen. U kunt reageren tot en met %(until)s."),
        facts={"period": made.period, "until": made.comments_until}, link=f"/spend/published/prepared/{made.public_id}",
        at=at, key=f"figure-{made.id}",
    )  # fmt: skip


def comment_on_figure(
    session: Session, *, prepared: Preparation, anchor_id: int, said: str, actor_id: int, at: datetime
) -> FigureComment:
    """Say something of a figure as an anchor whose purchases are in it, before it is signed.

    Raises:
        TextTooShort, NotInFigure. AlreadySigned, Superseded: it is too late.
    """
    told = words(said, "said")
    _hold(session, Period.parse(prepared.period))
    _check_open(session, prepared)
    anchor = session.get_one(Organisation, anchor_id)
    if str(anchor.public_id) not in queries.document(session, prepared)["figures"]["bridge"]["by_anchor"]:
        raise NotInFigure
    made = FigureComment(preparation_id=prepared.id, anchor_id=anchor_id, text=told, actor_id=actor_id, at=at)
    session.add(made)
    session.flush()
    _record(session, "figure.commented", prepared, actor_id, at, anchor=str(anchor.public_id))
    return made


def sign_figure(
    session: Session, *, prepared: Preparation, area: AreaPack, reason: str = "", cannot_wait: str = "",
    actor_id: int, at: datetime,
) -> Publication:  # fmt: skip
    """Publish what somebody else prepared, if it is still so. While buyers may still comment, `reason` says why now.

    A new version from which fewer than five suppliers may follow says in public why it `cannot_wait`.

    Raises:
        SamePerson; Stale: a figure changed since. VersionChanged. ReasonTooShort: buyers may still comment.
        NarrowChange, PersonShown. AlreadySigned, Superseded: somebody was first.
    """
    period = Period.parse(prepared.period)
    _hold(session, period)
    _check_open(session, prepared)
    _keep_versions(session, area, at)
    earlier = session.scalar(
        select(func.count()).select_from(Publication).where(Publication.period == prepared.period)
    )
    stands = queries.find_latest(session, prepared.period)
    current = export(session, period, area)
    before = None if stands is None else queries.document(session, stands.preparation)
    told = [*([] if before is None else rules.gone(before, current)), *to_tell(session, period, current)]
    made = Publication(
        preparation=prepared,
        version=1 + (earlier or 0),
        now=current,
        told=told,
        signed_by_id=actor_id,
        reason=reason,
        before=before,
        cannot_wait=cannot_wait,
        persons=frozenset()
        if stands is None
        else queries.persons_changed(session, prepared.period, stands.preparation.at),
        at=at,
    )
    session.add(made)
    session.flush()
    _record(
        session,
        "figure.published",
        prepared,
        actor_id,
        at,
        version=made.version,
        told=len(told),
        early=bool(made.early_reason),
        narrow=bool(made.narrow_reason),
    )
    return made


def tell_story(
    session: Session, *, publication: Publication, told: str, person: str, agreed: bool, consented_on: date,
    actor_id: int, at: datetime,
) -> FigureStory:  # fmt: skip
    """Place a story beside a published figure, with the yes of the person in it.

    Raises:
        TextTooShort, ConsentMissing, ConsentInFuture. StoryThere: there is one.
    """
    rules.check_consent(agreed=agreed, on=consented_on, today=local_date(at))
    story = words(told, "told")
    _hold(session, Period.parse(publication.period))
    if queries.find_story(session, publication.id) is not None:
        raise StoryThere
    made = FigureStory(
        publication_id=publication.id, text=story, person=words(person, "person", least=2),
        consented_on=consented_on, written_by_id=actor_id, at=at,
    )  # fmt: skip
    session.add(made)
    session.flush()
    record(
        session, action="figure.story_told", subject=f"figure:{publication.period}/{publication.version}",
        actor_id=actor_id, facts={"story": str(made.public_id)}, at=at,
    )  # fmt: skip
    return made


def withdraw_story(session: Session, *, publication: Publication, actor_id: int, at: datetime) -> None:
    """Wipe a story, because the person in it wants that.

    Raises:
        StoryGone: there is none.
    """
    _hold(session, Period.parse(publication.period))
    story = queries.find_story(session, publication.id)
    if story is None:
        raise StoryGone
    story.withdraw(at)
    session.flush()
    record(
        session, action="figure.story_withdrawn", subject=f"figure:{publication.period}/{publication.version}",
        actor_id=actor_id, facts={"story": str(story.public_id)}, at=at,
    )  # fmt: skip


def _hold(session: Session, period: Period) -> None:
    """One act at a time per period."""
    session.execute(
        text("SELECT pg_advisory_xact_lock(:kind, hashtext(:period))"),
        {"kind": _LOCK, "period": str(period)},
    )


def _check_open(session: Session, prepared: Preparation) -> None:
    session.refresh(prepared, ["publication"])
    if prepared.publication is not None:
        raise AlreadySigned
    if queries.find_later(session, prepared) is not None:
        raise Superseded


def _record(
    session: Session, action: str, prepared: Preparation, actor_id: int, at: datetime, **facts: object
) -> None:
    record(
        session, action=action, subject=f"figure:{prepared.public_id}", actor_id=actor_id,
        facts={"period": prepared.period, "hash": prepared.hash, "checksum": prepared.checksum, **facts}, at=at,
    )  # fmt: skip
