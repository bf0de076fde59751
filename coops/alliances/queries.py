"""Reading the page of a wijk: one statement for each subject that meets there."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Text, bindparam, exists, func, literal, select, true, union_all
from sqlalchemy.orm import Session

from coops.alliances import errors
from coops.alliances.models import AllianceMeeting, PlacePost, PostSupport
from coops.commitments.models import AnchorCommitment
from coops.commitments.queries import state_of
from coops.exchange.models import Advert
from coops.initiatives.models import Initiative
from coops.needs.models import Need
from coops.needs.queries import is_open, visible
from coops.register.models import Cooperative
from coops.register.queries import verified
from coops.stories.models import Story
from cwb.identity.models import Organisation
from cwb.kernel.clock import local_date
from cwb.kernel.policy import Actor, Role
from cwb.kernel.prepared import Prepared, Record
from cwb.kernel.text import N_, search_key
from cwb.kernel.waiting import AT, ORGANISATION, TODAY, USER, Tasks, Waiting, rows
from cwb.places.rules import AreaPack, Wijk

SHOWN = 8
"""As many of each kind as the page of a wijk shows; the rest stands in the list it links to."""

PLACE = bindparam("place", type_=Text)


def wijk(area: AreaPack, code: str) -> Wijk:
    """The wijk with this code.

    Raises:
        WijkUnknown: the area has none.
    """
    found = area.wijken.get(code)
    if found is None:
        raise errors.WijkUnknown
    return found


class Counted(NamedTuple):
    """What is shown of a kind, and how many there are in all."""

    shown: Sequence[Any]
    total: int

    @classmethod
    def of(cls, found: Sequence[tuple[int, Any]]) -> "Counted":
        """Of rows that each carry the total."""
        return cls([each for _, each in found], found[0][0] if found else 0)


def _counted(record: Record[Any], statement: Any, *order: Any) -> Prepared[tuple[int, Any]]:
    """The first rows of a kind, each with how many there are."""
    return Prepared(
        lambda total, *values: (total, record(*values)),
        statement.add_columns(func.count().over().label("total"), *record.columns)
        .order_by(*order)
        .limit(SHOWN),
    )


_ORGANISATION = Record(Organisation, Organisation.public_id, Organisation.name)
_NEED = Record(Need, Need.number, Need.title, Need.wanted_from, owner=Record(Organisation, Organisation.name))
_NEEDS = _counted(
    _NEED, select().join_from(Need, Need.owner).where(Need.place_code == PLACE, visible(None), is_open(AT, TODAY)),
    Need.wanted_from, Need.id,
)  # fmt: skip
_COOPERATIVE = Record(Cooperative, Cooperative.kind, Cooperative.place_said, organisation=_ORGANISATION)
_SEATED = Cooperative.place_code == PLACE
_ABOUT = select(
    func.count().filter(_SEATED).label("seated"),
    func.count().filter(_SEATED, ~Cooperative.place_said).label("proven"),
    func.count().filter(_SEATED, verified(AT)).label("checked"),
    func.coalesce(func.sum(Cooperative.weekly_hours).filter(_SEATED), 0).label("hours"),
    func.count().filter(_SEATED.is_not(True), Cooperative.serves.has_key(PLACE)).label("chosen"),
    func.count()
    .filter(_SEATED.is_not(True), func.jsonb_array_length(Cooperative.serves) == 0)
    .label("everywhere"),
).subquery()
_FIRST = (
    select(*_COOPERATIVE.columns, Organisation.search_name.label("place_in_list"))
    .join_from(Cooperative, Cooperative.organisation)
    .where(_SEATED)
    .order_by(Organisation.search_name, Cooperative.id)
    .limit(SHOWN)
    .subquery()
)


class Seated(NamedTuple):
    """Who works in a wijk: those that sit there, the first few by name, with how many are checked and their hours.

    `proven`: their address says so, the others say it themselves. `chosen` sit elsewhere and said they work here,
    `everywhere` said nothing and work in the whole area.
    """

    total: int
    proven: int
    checked: int
    hours: int
    chosen: int
    everywhere: int
    shown: Sequence[Any] = ()


_COOPERATIVES = Prepared(
    lambda total, proven, checked, hours, chosen, everywhere, order, *values: Seated(
        total,
        proven,
        checked,
        int(hours),
        chosen,
        everywhere,
        () if order is None else (_COOPERATIVE(*values),),
    ),
    select(*_ABOUT.c, _FIRST.c.place_in_list, *(each for each in _FIRST.c if each.key != "place_in_list"))
    .select_from(_ABOUT)
    .outerjoin(_FIRST, true())
    .order_by(_FIRST.c.place_in_list),
)


def seated(session: Session, place: str, at: datetime) -> Seated:
    """Who works in a wijk."""
    found = _COOPERATIVES.all(session, place=place, at=at)
    return found[0]._replace(shown=[each for row in found for each in row.shown])


_INITIATIVE = Record(Initiative, Initiative.public_id, Initiative.sentence)
_INITIATIVES = _counted(
    _INITIATIVE, select().select_from(Initiative).where(
        Initiative.place_code == PLACE, Initiative.stopped_at.is_(None)
    ),
    Initiative.started_at.desc(), Initiative.id.desc(),
)  # fmt: skip
_ADVERT = Record(Advert, Advert.public_id, Advert.title, Advert.exchange, organisation=_ORGANISATION)
_ADVERTS = _counted(
    _ADVERT, select().join_from(Advert, Advert.organisation).where(
        Advert.place_code == PLACE, Advert.ended_at.is_(None), Advert.expires_on >= TODAY
    ),
    Advert.id.desc(),
)  # fmt: skip
_STORY = Record(Story, Story.public_id, Story.title, Story.shown_name)
_STORIES = _counted(
    _STORY, select().select_from(Story).where(
        Story.place_code == PLACE, Story.published_at.is_not(None), Story.taken_back_at.is_(None)
    ),
    Story.published_at.desc(), Story.id.desc(),
)  # fmt: skip


def meeting_there(session: Session, place: str, at: datetime) -> dict[str, Counted | Seated]:
    """Who and what meets in a wijk, by kind."""
    today = local_date(at)
    return {
        "needs": Counted.of(_NEEDS.all(session, place=place, at=at, today=today)),
        "cooperatives": seated(session, place, at),
        "initiatives": Counted.of(_INITIATIVES.all(session, place=place)),
        "adverts": Counted.of(_ADVERTS.all(session, place=place, today=today)),
        "stories": Counted.of(_STORIES.all(session, place=place)),
    }


class Post(NamedTuple):
    """An item or promise with how many others support it, and whether the reader does."""

    post: PlacePost
    support: int
    own: bool


_POST = Record(PlacePost)
_SUPPORT = (
    select(func.count()).where(PostSupport.post_id == PlacePost.id).correlate(PlacePost).scalar_subquery()
)
_OWN_SUPPORT = (
    exists().where(PostSupport.post_id == PlacePost.id, PostSupport.user_id == USER).correlate(PlacePost)
)
_POSTS = Prepared(
    lambda support, own, *values: Post(_POST(*values), support, own),
    select(_SUPPORT.label("support"), _OWN_SUPPORT.label("own"), *_POST.columns)
    .where(PlacePost.place_code == PLACE, PlacePost.published_at.is_not(None))
    .order_by(PlacePost.answered_at.is_not(None), _SUPPORT.desc(), PlacePost.id.desc())
    .limit(200),
)


def posts(session: Session, place: str, reader: Actor | None) -> list[Post]:
    """What everybody may read, what waits for an answer first, the most supported first; removed ones too."""
    return _POSTS.all(session, place=place, user_id=reader.user_id if reader else None)


_MEETING = Record(AllianceMeeting)
_MEETINGS = Prepared(
    _MEETING,
    select(*_MEETING.columns)
    .where(AllianceMeeting.place_code == PLACE)
    .order_by(AllianceMeeting.starts_at.desc())
    .limit(50),
)


def meetings(session: Session, place: str) -> Sequence[AllianceMeeting]:
    """The dates of a wijk, the last one first."""
    return _MEETINGS.all(session, place=place)


_SAID = Record(
    AnchorCommitment, organisation=_ORGANISATION,
    initiative=Record(Initiative, Initiative.public_id, Initiative.sentence),
)  # fmt: skip
_COMMITMENTS = Prepared(
    _SAID,
    select(*_SAID.columns)
    .join_from(AnchorCommitment, AnchorCommitment.initiative)
    .join(AnchorCommitment.organisation)
    .where(Initiative.place_code == PLACE)
    .order_by(AnchorCommitment.due_on, AnchorCommitment.id),
)


def commitments(session: Session, place: str, today: date) -> list[tuple[AnchorCommitment, str]]:
    """What anchors committed to for initiatives of a wijk, with whether they kept it."""
    return [(each, state_of(each, today).value) for each in _COMMITMENTS.all(session, place=place)]


def overview(session: Session, at: datetime) -> Mapping[str, Mapping[str, int]]:
    """Wijk → kind → how many, for the list of wijken. One statement.

    `cooperatives` sit there by their address, those that are `said` only say so themselves.
    """
    today = local_date(at)
    parts = (
        ("cooperatives", Cooperative.place_code, (~Cooperative.place_said,)),
        ("said", Cooperative.place_code, (Cooperative.place_said,)),
        ("needs", Need.place_code, (visible(None), is_open(at))),
        ("initiatives", Initiative.place_code, (Initiative.stopped_at.is_(None),)),
        ("adverts", Advert.place_code, (Advert.ended_at.is_(None), Advert.expires_on >= today)),
        ("items", PlacePost.place_code, (PlacePost.published_at.is_not(None), PlacePost.removed_at.is_(None))),
    )  # fmt: skip
    counted = union_all(
        *(
            select(literal(name).label("kind"), place.label("place"), func.count().label("count"))
            .where(place.is_not(None), *conditions)
            .group_by(place)
            for name, place, conditions in parts
        )
    )
    found: dict[str, dict[str, int]] = {}
    for kind, place, count in session.execute(counted):
        found.setdefault(str(place), {})[str(kind)] = int(count)
    return found


def post(session: Session, public_id: UUID, actor: Actor | None, *, locked: bool = False) -> PlacePost:
    """An item or promise, if this reader may know of it.

    Raises:
        PostNotFound: none; or not public, or removed, and neither theirs nor the programme's to read.
    """
    statement = select(PlacePost).where(PlacePost.public_id == public_id)
    if locked:
        statement = statement.with_for_update().execution_options(populate_existing=True)
    found = session.scalars(statement).one_or_none()
    if found is None:
        raise errors.PostNotFound
    own = actor is not None and (found.put_by_id == actor.user_id or actor.has(Role.PROGRAMME))
    if (found.published_at is None or found.removed_at is not None) and not own:
        raise errors.PostNotFound
    return found


def proposed(session: Session, who: str) -> Sequence[Organisation]:
    """Organisations here that a promise may name: a name only proposes, a person recognises."""
    key = search_key(who)
    if not key:
        return ()
    return session.scalars(
        select(Organisation)
        .where(Organisation.search_name.contains(key, autoescape=True))
        .order_by(Organisation.search_name, Organisation.id)
        .limit(SHOWN)
    ).all()


def waiting_of(session: Session, user_id: int) -> int:
    """How many of one person wait for an answer."""
    return (
        session.scalar(
            select(func.count()).where(
                PlacePost.put_by_id == user_id,
                PlacePost.answered_at.is_(None),
                PlacePost.removed_at.is_(None),
            )
        )
        or 0
    )


def meeting(session: Session, public_id: UUID) -> AllianceMeeting:
    """A date, held until the transaction ends.

    Raises:
        MeetingNotFound: none.
    """
    found = session.scalars(
        select(AllianceMeeting).where(AllianceMeeting.public_id == public_id).with_for_update()
    ).one_or_none()
    if found is None:
        raise errors.MeetingNotFound
    return found


def own_data(session: Session, user_id: int) -> object:
    """For the copy of one's own data."""
    own = session.scalars(select(PlacePost).where(PlacePost.put_by_id == user_id).order_by(PlacePost.id))
    return [
        {"place": each.place_code, "title": each.title, "text": each.text, "put_at": each.put_at.isoformat()}
        for each in own
    ]


_ROW = rows(title=PlacePost.title, key=PlacePost.public_id).where(
    PlacePost.removed_at.is_(None), PlacePost.put_by_id != USER
)
tasks = Tasks(
    Waiting(
        N_("Lees voor een wijk: “%(title)s”"), "wijken.post", frozenset({Role.PROGRAMME}),
        _ROW.where(PlacePost.published_at.is_(None)).order_by(PlacePost.id), {"public_id": "key"},
    ),
    Waiting(
        N_("Geef een wijk antwoord op “%(title)s”"), "wijken.post", frozenset({Role.PROGRAMME}),
        _ROW.where(PlacePost.published_at.is_not(None), PlacePost.answered_at.is_(None)).order_by(PlacePost.id),
        {"public_id": "key"},
    ),
    Waiting(
        N_("Reageer op een belofte in een wijk: “%(title)s”"), "wijken.post",
        frozenset({Role.BOARD, Role.PURCHASER}),
        _ROW.where(PlacePost.organisation_id == ORGANISATION, PlacePost.replied_at.is_(None)).order_by(PlacePost.id),
        {"public_id": "key"},
    ),
)  # fmt: skip
"""What residents put on a page and nobody read or answered yet; a promise that names one's organisation."""
