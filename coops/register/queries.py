"""Reading the register."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    Select,
    Text,
    and_,
    bindparam,
    exists,
    func,
    or_,
    select,
    text,
)
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session, aliased, contains_eager, joinedload, selectinload

from coops.papers.models import CooperativePaper
from coops.register import rules
from coops.register.errors import CooperativeNotFound
from coops.register.models import Cooperative, CooperativeClaim, Judgement, Verification
from cwb.identity.models import Organisation
from cwb.kernel.feature import Figure
from cwb.kernel.kept import Kept
from cwb.kernel.policy import Actor, Role
from cwb.kernel.prepared import Listing, Prepared, Record, containing
from cwb.kernel.text import N_, search_key
from cwb.kernel.waiting import AT, ORGANISATION, USER, Tasks, Waiting, rows


@dataclass(frozen=True, slots=True)
class Fact:
    """One claim as a reader sees it."""

    code: str
    value: str
    declared_at: datetime
    standing: rules.Standing
    judgement: Judgement | None
    minuted: bool = False

    @property
    def grade(self) -> rules.Grade:
        """How well it is known."""
        return self.standing.grade

    @property
    def is_proven(self) -> bool:
        """Whether it was seen in a paper that is named, and still counts for that."""
        return self.grade in rules.ON_PAPER and self.judgement is not None and self.judgement.is_named

    @property
    def is_refused(self) -> bool:
        """Whether the last judgement refused what it still says."""
        return self.judgement is not None and self.judgement.grade == rules.Grade.NONE


def find_cooperative(session: Session, organisation_id: int) -> Cooperative | None:
    """The profile of an organisation, with its claims."""
    return session.scalars(
        select(Cooperative)
        .where(Cooperative.organisation_id == organisation_id)
        .options(selectinload(Cooperative.claims), selectinload(Cooperative.organisation))
    ).one_or_none()


def cooperative(session: Session, public_id: str | UUID) -> Cooperative:
    """The profile behind an address (the organisation's public id), with organisation and claims.

    Raises:
        CooperativeNotFound: none, or the address is no id at all.
    """
    try:
        wanted = public_id if isinstance(public_id, UUID) else UUID(public_id)
    except ValueError:
        raise CooperativeNotFound from None
    found = session.scalars(
        select(Cooperative)
        .join(Cooperative.organisation)
        .where(Organisation.public_id == wanted)
        .options(contains_eager(Cooperative.organisation), selectinload(Cooperative.claims))
    ).one_or_none()
    if found is None:
        raise CooperativeNotFound
    return found


def find_locked(session: Session, organisation_id: int) -> Cooperative | None:
    """The profile of an organisation as it is now, held until the transaction ends."""
    return session.scalars(
        select(Cooperative)
        .where(Cooperative.organisation_id == organisation_id)
        .options(selectinload(Cooperative.claims), selectinload(Cooperative.organisation))
        .with_for_update(of=Cooperative)
        .execution_options(populate_existing=True)
    ).one_or_none()


def find_verdict(session: Session, cooperative_id: int, at: datetime) -> Verification | None:
    """The last decision on a cooperative up to an instant."""
    return session.scalars(
        select(Verification)
        .where(Verification.cooperative_id == cooperative_id, Verification.decided_at <= at)
        .order_by(Verification.decided_at.desc(), Verification.id.desc())
        .limit(1)
    ).first()


def is_verified(session: Session, organisation_id: int, at: datetime) -> bool:
    """Whether this organisation is a verified cooperative at an instant: half of "may we bid"."""
    return _IS_VERIFIED.first(session, organisation_id=organisation_id, at=at) or False


def verified(at: datetime | ColumnElement[datetime]) -> ColumnElement[bool]:
    """SQL: whether the cooperative of the row is verified at an instant (the rule `Verdict.holds`, set-wise)."""
    same = (
        select(func.coalesce(func.jsonb_agg(CooperativeClaim.code), text("'[]'::jsonb")))
        .where(
            CooperativeClaim.cooperative_id == Cooperative.id,
            or_(CooperativeClaim.since <= Verification.decided_at, CooperativeClaim.since > at),
        )
        .correlate(Cooperative, Verification)
        .scalar_subquery()
    )
    moving = text("ARRAY[" + ", ".join(f"'{each.value}'" for each in sorted(rules.MOVING)) + "]")
    kept = Verification.claims.op("-")(moving).op("<@", is_comparison=True)(same)
    last = (
        select(
            and_(
                Verification.verified,
                Verification.claims != text("'[]'"),
                Verification.valid_until > at,
                kept,
            )
        )
        .where(Verification.cooperative_id == Cooperative.id, Verification.decided_at <= at)
        .order_by(Verification.decided_at.desc(), Verification.id.desc())
        .limit(1)
        .correlate(Cooperative)
        .scalar_subquery()
    )
    return func.coalesce(last, False)


def facts_of(session: Session, found: Cooperative, at: datetime) -> list[Fact]:
    """The claims of a cooperative with their grade at an instant, in the fixed order of `Claim`."""
    return _facts(
        found, _last_judgements(session, at, Judgement.cooperative_id == found.id).get(found.id, {}), at
    )


def every_fact(session: Session, at: datetime) -> list[tuple[Cooperative, list[Fact]]]:
    """Every cooperative with its facts at an instant, held; two statements beside its claims."""
    last = _last_judgements(session, at)
    whole = session.scalars(
        select(Cooperative)
        .options(selectinload(Cooperative.claims), selectinload(Cooperative.organisation))
        .order_by(Cooperative.id)
        .with_for_update()
    ).all()
    return [(each, _facts(each, last.get(each.id, {}), at)) for each in whole]


def _last_judgements(
    session: Session, at: datetime, *conditions: ColumnElement[bool]
) -> dict[int, dict[str, Judgement]]:
    """Cooperative → fact → the last judgement up to an instant."""
    found: dict[int, dict[str, Judgement]] = {}
    for each in session.scalars(
        select(Judgement)
        .ext(distinct_on(Judgement.cooperative_id, Judgement.code))
        .where(Judgement.decided_at <= at, *conditions)
        .options(joinedload(Judgement.file))
        .order_by(Judgement.cooperative_id, Judgement.code, Judgement.decided_at.desc(), Judgement.id.desc())
    ):
        found.setdefault(each.cooperative_id, {})[each.code] = each
    return found


def _facts(found: Cooperative, last: Mapping[str, Judgement], at: datetime) -> list[Fact]:
    order = [claim.value for claim in rules.Claim]
    return [
        _fact(each, last.get(each.code), at)
        for each in sorted(found.claims, key=lambda claim: order.index(claim.code))
    ]


def _fact(claim: CooperativeClaim, last: Judgement | None, at: datetime) -> Fact:
    counts = (
        last if last is not None and last.value == claim.value and claim.since <= last.decided_at else None
    )
    judged = counts.judged() if counts else None
    standing = rules.standing(since=claim.since, declared_at=claim.declared_at, last=judged, at=at)
    return Fact(claim.code, claim.value, claim.declared_at, standing, counts, claim.minuted)


def computed(facts: Sequence[Fact], found: Cooperative) -> rules.Computed:
    """What kind of organisation these facts make of it."""
    said = {rules.Claim(each.code): (each.value, each.grade) for each in facts}
    return rules.kind_of(said, legal_form=found.organisation.legal_form, people=found.people)


def falling(session: Session, at: datetime) -> Sequence[Judgement]:
    """Judgements that still count and whose grade falls within the time of a reminder, with the cooperative."""
    later = aliased(Judgement)
    return session.scalars(
        select(Judgement)
        .join(Judgement.cooperative)
        .join(
            CooperativeClaim,
            and_(
                CooperativeClaim.cooperative_id == Cooperative.id,
                CooperativeClaim.code == Judgement.code,
                CooperativeClaim.since <= Judgement.decided_at,
            ),
        )
        .where(
            Judgement.falls_at > at,
            Judgement.falls_at <= at + rules.REMIND_BEFORE,
            ~exists().where(
                later.cooperative_id == Judgement.cooperative_id,
                later.code == Judgement.code,
                later.decided_at > Judgement.decided_at,
            ),
        )
        .options(contains_eager(Judgement.cooperative).joinedload(Cooperative.organisation))
        .order_by(Judgement.cooperative_id, Judgement.id)
    ).all()


class Sought(NamedTuple):
    """Filters of the directory; what is empty leaves all. `called`: the kinds of work that the search names too."""

    search: str = ""
    sector: str = ""
    kind: str = ""
    place: str = ""
    language: str = ""
    only_verified: bool = False
    computed: str = ""
    sure: str = ""
    hours: int = 0
    called: tuple[str, ...] = ()


UNFILTERED = Sought()

_LISTED = Record(
    Cooperative, Cooperative.kind, Cooperative.sectors, Cooperative.place_code, Cooperative.place_said,
    Cooperative.computed_kind, Cooperative.computed_grade, Cooperative.weekly_hours,
    organisation=Record(Organisation, Organisation.public_id, Organisation.name),
)  # fmt: skip
_LISTINGS: Kept[Listing[tuple[Cooperative, bool]]] = Kept(256)


def listing(sought: Sought, at: datetime) -> tuple[Listing[tuple[Cooperative, bool]], dict[str, object]]:
    """The prepared directory by name, as (profile with organisation, verified), and the values to fill in."""
    values = _values(sought)

    def make() -> Listing[tuple[Cooperative, bool]]:
        binds = {name: bindparam(name, type_=BigInteger if name == "hours" else Text) for name in values}
        statement = (
            select(verified(AT), *_LISTED.columns).join(Cooperative.organisation).where(*_conditions(binds))
        )
        if sought.only_verified:
            statement = statement.where(verified(AT))
        return Listing.of(_shown, statement, Organisation.search_name, Cooperative.id)

    return _LISTINGS.get((frozenset(values), sought.only_verified), make), {**values, "at": at}


def _shown(is_verified: bool | None, *columns: Any) -> tuple[Cooperative, bool]:
    return _LISTED(*columns), bool(is_verified)


def directory(at: datetime, sought: Sought = UNFILTERED) -> Select[Cooperative, bool]:
    """The whole directory by name, as (profile with organisation, verified)."""
    is_proven = verified(at)
    statement = (
        select(Cooperative, is_proven.label("verified"))
        .join(Cooperative.organisation)
        .options(contains_eager(Cooperative.organisation))
        .where(*_conditions(_values(sought)))
        .order_by(Organisation.search_name, Cooperative.id)
    )
    return statement.where(is_proven) if sought.only_verified else statement


def by_place(session: Session, at: datetime, sought: Sought = UNFILTERED) -> Mapping[str, tuple[int, int]]:
    """How many of the directory sit in each wijk, and of how many their address says so; "" for those without one."""
    statement = (
        select(
            func.coalesce(Cooperative.place_code, ""),
            func.count(),
            func.count().filter(~Cooperative.place_said),
        )
        .where(*_conditions(_values(sought._replace(place=""))))
        .group_by(Cooperative.place_code)
    )
    if sought.only_verified:
        statement = statement.where(verified(at))
    return {str(place): (total, proven) for place, total, proven in session.execute(statement)}


def _values(sought: Sought) -> dict[str, object]:
    """The filled-in filters as the database compares them."""
    given = {
        "search": containing(search_key(sought.search)) if sought.search else "",
        "sector": sought.sector, "kind": sought.kind, "place": sought.place, "language": sought.language,
        "computed": sought.computed, "sure": sought.sure, "hours": sought.hours,
        "called": " ".join(sought.called),
    }  # fmt: skip
    return {name: value for name, value in given.items() if value}


def _conditions(values: Mapping[str, Any]) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if "search" in values:
        said = Cooperative.search_text.like(values["search"], escape="/")
        called = func.string_to_array(values.get("called", ""), " ", type_=ARRAY(Text))
        found.append(said | Cooperative.sectors.has_any(called) if "called" in values else said)
    if "sector" in values:
        found.append(Cooperative.sectors.has_key(values["sector"]))
    if "language" in values:
        found.append(Cooperative.languages.has_key(values["language"]))
    if "kind" in values:
        found.append(Cooperative.kind == values["kind"])
    if "place" in values:
        found.append(Cooperative.place_code == values["place"])
    if "computed" in values:
        found.append(Cooperative.computed_kind == values["computed"])
    if "sure" in values:
        found.append(Cooperative.computed_grade >= values["sure"])
    if "hours" in values:
        found.append(Cooperative.weekly_hours >= values["hours"])
    return found


_IS_VERIFIED = Prepared(bool, select(verified(AT)).where(Cooperative.organisation_id == ORGANISATION))

CHECKABLE = or_(
    exists().where(CooperativePaper.organisation_id == Cooperative.organisation_id),
    exists().where(Judgement.cooperative_id == Cooperative.id, Judgement.grade.in_(rules.ON_PAPER)),
)
"""SQL: whether there is anything to check: a paper, or a fact that was judged on one."""

tasks = Tasks(
    Waiting(
        N_("Controleer het profiel van %(title)s"), "cooperatives.verify", frozenset({Role.PROGRAMME}),
        rows(title=Organisation.name, key=Organisation.public_id)
        .join(Cooperative, Cooperative.organisation_id == Organisation.id)
        .where(
            ~verified(AT), CHECKABLE, Cooperative.registered_by_id != USER, Cooperative.changed_by_id != USER,
            Cooperative.coach_id.is_distinct_from(USER),  # the rule `may_verify`, set-wise
        )
        .order_by(Cooperative.changed_at),
        {"public_id": "key"},
    ),
    Waiting(
        N_("Zet uw coöperatie in het register"), "enrolment.index", frozenset({Role.BOARD}),
        rows().where(~exists().where(Cooperative.organisation_id == ORGANISATION), ORGANISATION.is_not(None)),
        unless=frozenset({Role.PROGRAMME}),
    ),
)  # fmt: skip
"""What the register waits for: profiles to check for the programme, one's own profile for a cooperative."""


_COUNTED = Prepared(
    lambda total, sure: (total, sure),
    select(func.count(), func.count().filter(verified(AT))).select_from(Cooperative),
)


def panel(session: Session, actor: Actor, at: datetime) -> dict[str, object] | None:
    """Figures of the register for the programme's dashboard."""
    if not actor.has(Role.PROGRAMME):
        return None
    total, sure = _COUNTED.one(session, at=at)
    return {"total": total, "verified": sure}


def figure(session: Session, at: datetime) -> Figure:
    """How many cooperatives stand in the register, and how many of them are verified, for the front page."""
    total, sure = _COUNTED.one(session, at=at)
    return Figure(
        total, N_("coöperaties doen mee"), "cooperatives.index", hint=N_("%(num)s daarvan zijn gecontroleerd"),
        facts={"num": sure},
    )  # fmt: skip
