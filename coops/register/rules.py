"""What a cooperative may say of itself, and how far it is proven at an instant.

Never one label: legal form is no proof. Each fact has its own grade of evidence (domain/cooperatives.md §2, §3).
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from coops.papers.rules import PaperKind
from coops.register import errors
from cwb.kernel.text import N_

VERIFIED_FOR = timedelta(days=731)
"""A decision of the programme on a whole profile counts for 24 months."""

LEAST_COUNT = 5
"""Counts of people below this are never shown, only "fewer than" (domain/cooperatives.md §9)."""


class CooperativeKind(StrEnum):
    """What a cooperative calls itself; what it is computed to be stands in `kind_of`."""

    WORKER = "worker"
    NEIGHBOURHOOD = "neighbourhood"
    RESIDENTS = "residents"
    SOCIAL = "social_enterprise"
    OTHER = "other"


class Grade(StrEnum):
    """How well a fact is known (domain/cooperatives.md §3); in order, the text is the rank."""

    NONE = "e0"
    DECLARED = "e1"
    MATCHED = "e2"
    VERIFIED = "e3"
    ASSURED = "e4"


JUDGED = (Grade.MATCHED, Grade.VERIFIED, Grade.ASSURED)
"""The grades that a second person gives: seen in a register, in a document, in the report of somebody outside."""

ON_PAPER = (Grade.VERIFIED, Grade.ASSURED)
"""The grades that rest on a paper of which is written down which one it is."""

DECLARED_FOR = timedelta(days=365)
"""A declared fact lapses after twelve months (domain/cooperatives.md §3, grade E1)."""

LADDER: Mapping[Grade, tuple[tuple[Grade, timedelta], ...]] = {
    Grade.ASSURED: ((Grade.ASSURED, timedelta(days=365)), (Grade.VERIFIED, VERIFIED_FOR)),
    Grade.VERIFIED: ((Grade.VERIFIED, VERIFIED_FOR),),
    Grade.MATCHED: ((Grade.MATCHED, timedelta(days=365)),),
    Grade.NONE: (),
}
"""A grade that was given → the steps down from it, each with its end counted from the decision; below the last one it
is a declared fact for twelve months more, then nothing. E3 lasts 24 months (domain/cooperatives.md §3); that E2 and E4
last twelve is our own choice, for the source names no term."""

REMIND_BEFORE = timedelta(days=30)
"""So long before a step ends, the cooperative hears it."""


def shade(number: int) -> int:
    """The shade of a tile of the map, 0 to 4: one darker from one, two, four and seven cooperatives on."""
    return sum(number >= each for each in (1, 2, 4, 7))


class Claim(StrEnum):
    """The facts that together say how cooperative an organisation is."""

    LEGAL_FORM = "legal_form"
    VOTES_WORKERS = "votes_workers"
    VOTES_RESIDENTS = "votes_residents"
    SURPLUS = "surplus"
    WORK_BY_MEMBERS = "work_by_members"
    OPEN_ENTRY = "open_entry"
    LAST_MEETING = "last_meeting"


CLAIMS: Mapping[str, str] = {
    Claim.LEGAL_FORM.value: N_("Rechtsvorm en statuten"),
    Claim.VOTES_WORKERS.value: N_("Stemmen bij wie er werkt"),
    Claim.VOTES_RESIDENTS.value: N_("Stemmen bij bewoners van het gebied"),
    Claim.SURPLUS.value: N_("Waar overschot heen gaat"),
    Claim.WORK_BY_MEMBERS.value: N_("Werk gedaan door leden"),
    Claim.OPEN_ENTRY.value: N_("Nieuwe leden welkom"),
    Claim.LAST_MEETING.value: N_("Laatste ledenvergadering"),
}
"""Claim → its text."""

REGISTERS: Mapping[Claim, str] = {Claim.LEGAL_FORM: N_("Handelsregister van de KvK")}
"""Facts that a public register holds → that register (domain/cooperatives.md §3). Of votes, surplus, work, entry and
meetings none tells; an ANBI, the Code Sociale Ondernemingen or a PSO certificate is another fact than these."""

SHARES = frozenset({Claim.VOTES_WORKERS, Claim.VOTES_RESIDENTS, Claim.WORK_BY_MEMBERS})
"""Claims that are whole percentages, written "0" to "100"."""

MOVING = frozenset({Claim.LAST_MEETING})
"""Facts that move on by themselves: a next meeting loses its own grade, and leaves the verdict on the profile."""

SURPLUS = ("members", "reserve", "neighbourhood", "private")
"""Where a surplus goes."""


def check_claims(claims: Mapping[Claim, str], *, on: date) -> None:
    """Refuse facts that cannot be.

    Raises:
        SharesInvalid, MeetingInFuture: at the field of that claim.
    """
    for claim, value in claims.items():
        if claim in SHARES and not (value.isascii() and value.isdigit() and int(value) <= 100):
            raise errors.SharesInvalid(field=claim.value)
    met = claims.get(Claim.LAST_MEETING)
    if met is not None and date.fromisoformat(met) > on:
        raise errors.MeetingInFuture(field=Claim.LAST_MEETING.value)


def check_profile(
    sectors: list[str], hours: int | None, people: int | None, members: int | None = None
) -> None:
    """Refuse a profile without work, or with a negative capacity.

    Raises:
        SectorMissing, CapacityInvalid: at the field.
    """
    if not sectors:
        raise errors.SectorMissing(field="sectors")
    for name, value in (("weekly_hours", hours), ("people", people), ("members", members)):
        if value is not None and value < 0:
            raise errors.CapacityInvalid(field=name)


@dataclass(frozen=True, slots=True)
class Verdict:
    """The last decision on a whole profile: from when until when it counts."""

    decided_at: datetime
    verified: bool
    valid_until: datetime
    outdated: bool = False

    def holds(self, at: datetime) -> bool:
        """Whether it is a verification that counts at this instant; `outdated`: a proven fact changed since."""
        return self.verified and not self.outdated and self.decided_at <= at < self.valid_until


def is_verified(last: Verdict | None, at: datetime) -> bool:
    """Whether a cooperative counts as verified at an instant, given its last decision before it."""
    return last is not None and last.holds(at)


@dataclass(frozen=True, slots=True)
class Judged:
    """The last judgement of one fact before an instant: the grade given (NONE: refused) and when."""

    grade: Grade
    decided_at: datetime


@dataclass(frozen=True, slots=True)
class Standing:
    """How well one fact is known at an instant, until when, and what it fell from (None: it did not fall)."""

    grade: Grade
    until: datetime | None = None
    fell_from: Grade | None = None


def standing(*, since: datetime, declared_at: datetime, last: Judged | None, at: datetime) -> Standing:
    """How well a fact is known. `since`: when it became what it says; `declared_at`: when that was last said.

    A judgement counts only for what was said when it was given. What lapses falls one step; nothing rises by time.
    """
    said = Standing(Grade.DECLARED, declared_at + DECLARED_FOR)
    own = said if at < declared_at + DECLARED_FOR else Standing(Grade.NONE, None, Grade.DECLARED)
    if last is None or since > last.decided_at or last.grade is Grade.NONE:
        return own
    ends = last.decided_at
    for place, (grade, lasts) in enumerate(LADDER[last.grade]):
        ends = last.decided_at + lasts
        if at < ends:
            return Standing(grade, ends, last.grade if place else None)
    if at < ends + DECLARED_FOR:
        return Standing(Grade.DECLARED, max(ends, declared_at) + DECLARED_FOR, last.grade)
    return own if own.grade is Grade.DECLARED else Standing(Grade.NONE, None, last.grade)


def first_step(grade: Grade) -> timedelta:
    """How long a given grade lasts before it falls."""
    return LADDER[grade][0][1]


class Proof(NamedTuple):
    """In which paper a fact was seen, and where it stands in it (`paper`).

    It is one of the file (`paper_id`), or one that was seen elsewhere: its kind, day and place are told then.
    """

    paper: str = ""
    paper_id: int | None = None
    kind: str = ""
    dated_on: date | None = None
    place: str = ""

    @property
    def is_named(self) -> bool:
        """Whether somebody else can find that paper."""
        return self.paper_id is not None or bool(self.kind and self.dated_on and self.place.strip())


_SHOW_NOT: Mapping[PaperKind, frozenset[Claim]] = {
    PaperKind.PAY: frozenset(Claim) - {Claim.WORK_BY_MEMBERS},
    PaperKind.ACCOUNTS: frozenset(Claim) - {Claim.SURPLUS, Claim.WORK_BY_MEMBERS},
    PaperKind.MEMBERS: frozenset({Claim.LEGAL_FORM, Claim.SURPLUS, Claim.LAST_MEETING}),
}
"""Kind of paper → the facts of which it tells nothing. The others may tell of each."""


def shows(kind: str, code: str) -> bool:
    """Whether a kind of paper can tell of a fact: pay slips say nothing of votes."""
    return code not in _SHOW_NOT.get(PaperKind(kind), frozenset())


def grades_for(code: str) -> tuple[Grade, ...]:
    """The grades that a second person may give this fact: "in a register" only what a register holds."""
    return tuple(each for each in JUDGED if each is not Grade.MATCHED or code in REGISTERS)


def check_judgement(code: str, grade: Grade, proof: Proof, reason: str, *, on: date) -> None:
    """Refuse a grade that the fact cannot have or without the paper that it needs, or a refusal without a reason.

    Raises:
        InNoRegister, PaperShowsNot, ProofMissing, PaperUnnamed, PaperAhead, ReasonMissing: at the field.
        ValueError: a kind of paper that is none.
    """
    if grade not in JUDGED:
        if not reason.strip():
            raise errors.ReasonMissing(field="reason")
        return
    if grade not in grades_for(code):
        raise errors.InNoRegister(field="grade")
    check_named(proof, on=on)
    if proof.paper_id is None and proof.kind and not shows(proof.kind, code):
        raise errors.PaperShowsNot(field="kind")
    if not proof.paper.strip():
        raise errors.ProofMissing(field="paper")


def check_named(proof: Proof, *, on: date) -> None:
    """Refuse a paper that nobody else can find.

    Raises:
        PaperUnnamed, PaperAhead: at the field.
        ValueError: a kind of paper that is none.
    """
    if not proof.is_named:
        lacks = next(
            name for name in ("kind", "dated_on", "place") if not str(getattr(proof, name) or "").strip()
        )
        raise errors.PaperUnnamed(field=lacks)
    if proof.dated_on is not None and proof.dated_on > on:
        raise errors.PaperAhead(field="dated_on")


def check_verdict(*, verified: bool, note: str, proven: Collection[str]) -> None:
    """Refuse a decision on a whole profile without words, or one that rests on none of the facts `proven` by a paper.

    Raises:
        ReasonMissing, NothingProven: at the field.
    """
    if verified and not set(proven) - MOVING:
        raise errors.NothingProven(field="verdict")
    if not note.strip():
        raise errors.ReasonMissing(field="note")


def may_verify(verifier_id: int, *, registered_by_id: int, changed_by_id: int, coach_id: int | None) -> bool:
    """Whether somebody is a second person: neither who filled it in nor who coaches."""
    return verifier_id not in {registered_by_id, changed_by_id, coach_id}


class Kind(StrEnum):
    """What an organisation is, computed from its facts; never a label of its own."""

    WORKER = "worker"
    NEIGHBOURHOOD = "neighbourhood"
    RESIDENTS = "residents"
    SOCIAL = "social_enterprise"
    HOLDING = "holding"
    OTHER = "other"


MAJORITY = 51
"""Percent of votes or work from which members or residents count as a majority. CICOPA's threshold for worker
cooperatives, *unverified* (domain/cooperatives.md §1): a setting, shown with its facts, no refusal hangs on it."""


@dataclass(frozen=True, slots=True)
class Computed:
    """A kind, the weakest grade among the facts that make it, and the codes of those facts."""

    kind: Kind
    grade: Grade
    because: tuple[Claim, ...]


def kind_of(said: Mapping[Claim, tuple[str, Grade]], *, legal_form: str, people: int | None) -> Computed:
    """What an organisation is, from what it says (value and grade per fact). Lapsed facts do not count.

    A cooperative in which nobody works and whose members do none of the work is a holding: a vehicle, not an
    enterprise of its users (domain/cooperatives.md §2).
    """
    known = {claim: value for claim, (value, grade) in said.items() if grade is not Grade.NONE}

    def most(claim: Claim) -> bool:
        return int(known.get(claim, "0")) >= MAJORITY

    def made(kind: Kind, *because: Claim) -> Computed:
        return Computed(kind, min((said[claim][1] for claim in because), default=Grade.NONE), because)

    surplus = known.get(Claim.SURPLUS)
    if legal_form == "cooperative" and people == 0 and known.get(Claim.WORK_BY_MEMBERS) == "0":
        return made(Kind.HOLDING, Claim.WORK_BY_MEMBERS)
    if most(Claim.VOTES_WORKERS) and most(Claim.WORK_BY_MEMBERS):
        return made(Kind.WORKER, Claim.VOTES_WORKERS, Claim.WORK_BY_MEMBERS)
    if most(Claim.VOTES_RESIDENTS) and surplus == "neighbourhood":
        return made(Kind.RESIDENTS, Claim.VOTES_RESIDENTS, Claim.SURPLUS)
    if most(Claim.VOTES_RESIDENTS):
        return made(Kind.NEIGHBOURHOOD, Claim.VOTES_RESIDENTS)
    if surplus in {"reserve", "neighbourhood"}:
        return made(Kind.SOCIAL, Claim.SURPLUS)
    return made(Kind.OTHER)


def shown_count(count: int | None) -> int | None:
    """A count of people as others may see it: None for none known or too few to show."""
    return None if count is None or count < LEAST_COUNT else count


def share_is_shown(percent: int, people: int | None) -> bool:
    """Whether others may see a share of so many people: not where it tells of fewer than five, or of all but so few.

    A share of an unknown number counts nobody.
    """
    if people is None:
        return True
    part = round(people * percent / 100)
    if 0 < percent < 100:
        part = min(max(part, 1), people - 1)
    return not any(0 < each < LEAST_COUNT for each in (part, people - part))


ESSGLOBAL = "https://dev.lod.coop/essglobal/2.1/standard/organisational-structure/"
"""The vocabulary of organisational structures (domain/cooperatives.md §5); codes only, labels are our own."""

STRUCTURES: Mapping[Kind, str] = {
    Kind.WORKER: "OS60", Kind.NEIGHBOURHOOD: "OS10", Kind.RESIDENTS: "OS10", Kind.SOCIAL: "OS30",
}  # fmt: skip
"""Kind → code: workers' cooperative, community group, social enterprise. What is not shown to be any has no code."""


class Listed(NamedTuple):
    """An organisation of the directory as open data tells it; `kind` and `grade` are those of `Computed`."""

    name: str
    description: str
    website: str | None
    city: str
    kvk: str | None
    sectors: tuple[str, ...]
    kind: str
    grade: str
    place: str | None
    weekly_hours: int | None
    verified: bool
    place_said: bool


def organization(listed: Listed, *, page: str) -> dict[str, object]:
    """One organisation in the shape of Murmurations `organizations` v1.0.0; what that has no field for is ours."""
    shape: dict[str, object] = {
        "linked_schemas": ["organizations_schema-v1.0.0"], "name": listed.name, "primary_url": listed.website or page,
        "urls": [{"name": "profile", "url": page}], "tags": list(listed.sectors), "status": "active",
        "locality": listed.city, "country_iso_3166": "NL", "geographic_scope": "local",
    }  # fmt: skip
    if listed.description:
        shape["description"] = listed.description
    structure = STRUCTURES.get(Kind(listed.kind))
    if structure is not None and listed.grade != Grade.NONE:
        shape["essglobal"] = {"organisational_structure": ESSGLOBAL + structure}
    own = {
        "kvk_number": listed.kvk, "computed_kind": listed.kind, "evidence_grade": listed.grade, "wijk": listed.place,
        "wijk_declared": listed.place_said or None, "weekly_hours": listed.weekly_hours, "verified": listed.verified,
    }  # fmt: skip
    return {**shape, "cwb": {name: value for name, value in own.items() if value is not None}}
