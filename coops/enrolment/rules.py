"""The five steps, their pages, and what may not be written; no database."""

from collections.abc import Collection, Mapping
from datetime import date
from enum import StrEnum

from coops.enrolment import errors
from coops.papers.rules import PaperKind
from coops.register.rules import Claim
from cwb.kernel.errors import RuleBroken
from cwb.kernel.policy import Role
from cwb.kernel.text import N_
from cwb.places.rules import AreaPack, Basis, PostcodeClass, Resolution, valid


class Page(StrEnum):
    """One short page, of seven fields at most."""

    WHO = "who"
    NUMBERS = "numbers"
    WORK = "work"
    CAPACITY = "capacity"
    WHERE = "where"
    FACTS = "facts"
    PAPERS = "papers"
    CHECK = "check"


STEPS: Mapping[str, tuple[Page, ...]] = {
    N_("Wie wij zijn"): (Page.WHO, Page.NUMBERS),
    N_("Wat wij doen"): (Page.WORK, Page.CAPACITY),
    N_("Waar wij werken"): (Page.WHERE,),
    N_("Onze afspraken en stukken"): (Page.FACTS, Page.PAPERS),
    N_("Controleer uw antwoorden"): (Page.CHECK,),
}
"""Step → its pages, in order."""

_OF_ORGANISATION = frozenset({Page.WHO, Page.NUMBERS})
"""Pages that are no longer asked once the organisation itself is here."""

_MAY_STAY_OPEN = frozenset({Page.PAPERS, Page.CHECK})
"""Pages that hold nothing back: papers may follow later."""

FILLERS = (Role.BOARD, Role.REGISTER_HELPER)
"""Who fills in the registration of an organisation that is here."""


SHOWN_BY: Mapping[Claim, PaperKind] = {
    Claim.LEGAL_FORM: PaperKind.STATUTES, Claim.VOTES_WORKERS: PaperKind.STATUTES,
    Claim.VOTES_RESIDENTS: PaperKind.STATUTES, Claim.SURPLUS: PaperKind.STATUTES,
    Claim.OPEN_ENTRY: PaperKind.STATUTES, Claim.WORK_BY_MEMBERS: PaperKind.MEMBERS,
    Claim.LAST_MEETING: PaperKind.MINUTES,
}  # fmt: skip
"""Fact → the paper that shows it: one that is said asks for it until it is there or somebody saw it elsewhere."""

ADD_PAPER: Mapping[PaperKind, str] = {
    PaperKind.STATUTES: N_("Voeg uw stukken toe. Begin met de statuten."),
    PaperKind.MEMBERS: N_("Voeg uw stukken toe. Nu het ledenregister, zonder namen."),
    PaperKind.MINUTES: N_("Voeg uw stukken toe. Nu de notulen van de laatste ledenvergadering."),
}
"""Paper → what its cooperative is asked, in the order of asking."""


class Progress(StrEnum):
    """How far a step is."""

    OPEN = "open"
    BEGUN = "begun"
    DONE = "done"


def asked(*, is_here: bool) -> list[Page]:
    """The pages to fill in, in order. `is_here`: the organisation is registered already."""
    return [page for pages in STEPS.values() for page in pages if not (is_here and page in _OF_ORGANISATION)]


def next_page(page: Page, *, is_here: bool) -> Page:
    """The page after this one."""
    order = asked(is_here=is_here)
    return order[min(order.index(page) + 1, len(order) - 1)]


def missing(done: Collection[str], *, is_here: bool) -> list[Page]:
    """The pages without which nobody is registered."""
    return [page for page in asked(is_here=is_here) if page not in _MAY_STAY_OPEN and page.value not in done]


def progress(pages: Collection[Page], done: Collection[str], *, is_here: bool) -> Progress:
    """How far a step is, by its pages; what is not asked counts as done."""
    open_pages = [page for page in pages if page in asked(is_here=is_here) and page.value not in done]
    if not open_pages:
        return Progress.DONE
    return Progress.OPEN if len(open_pages) == len(pages) else Progress.BEGUN


class Registered(StrEnum):
    """Where an organisation stands in the trade register, as it says itself."""

    YES = "yes"
    NOT_YET = "not_yet"
    ABROAD = "abroad"
    DISSOLVED = "dissolved"


def possible_wijken(area: AreaPack, place: Resolution, postcode: str, *, on: date) -> tuple[str, ...]:
    """The wijken of which one may hold an address, where its postcode is all that is known; none in other cases."""
    if place.wijk is not None or place.basis not in {Basis.POSTCODE, Basis.SPLIT}:
        return ()
    known = valid(area.postcodes.get(postcode[:4], ()), on)
    if known is None or known.verdict is PostcodeClass.OUTSIDE:
        return ()
    touched = {*known.wijken, *(area.buurten[code].wijk for code in known.buurten)}
    return tuple(
        code for code in area.wijken if (code in touched or not touched) and code not in known.excludes
    )


def said_wijk(said: str | None, possible: Collection[str]) -> str | None:
    """The wijk that an organisation says it is in, where its address proves none; what an address proves wins.

    Raises:
        WijkElsewhere: the postcode does not lie there; at the field.
    """
    if not said or not possible:
        return None
    if said not in possible:
        raise errors.WijkElsewhere(field="wijk")
    return said


def check_registered(answer: str) -> None:
    """Let on only who stands in the Dutch trade register.

    Raises:
        NotFounded, ForeignEntity, DissolvedEntity: each with what to do instead.
    """
    faults: Mapping[str, type[RuleBroken]] = {
        Registered.NOT_YET: errors.NotFounded,
        Registered.ABROAD: errors.ForeignEntity,
        Registered.DISSOLVED: errors.DissolvedEntity,
    }
    if answer in faults:
        raise faults[answer](field="registered")
