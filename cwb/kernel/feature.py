"""What a storey offers to the roof, found by name."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from importlib import import_module
from typing import Any

from click import Command
from sqlalchemy.orm import Session

from cwb.kernel.collecting import without_collecting
from cwb.kernel.events import Listener
from cwb.kernel.policy import Action, Actor
from cwb.kernel.text import N_


@dataclass(frozen=True, slots=True)
class NavigationItem:
    """A link in the main navigation. `action` None means public; otherwise shown to who may.

    `order` sorts, lowest first; what is `public_only` gives way once somebody signed in, so that it stays short.
    """

    label: str
    endpoint: str
    action: Action | None = None
    order: int = 50
    public_only: bool = False


@dataclass(frozen=True, slots=True)
class Task:
    """Something that waits for this actor: shown on the dashboard. Text is a msgid with its facts.

    `at_once`: people sit together and wait for it; it stands before all else, whatever day that has.
    `awaited`: others cannot go on without this actor; it stands next, however far its own day is.
    """

    text: str
    endpoint: str
    values: Mapping[str, object] = field(default_factory=dict)
    facts: Mapping[str, object] = field(default_factory=dict)
    due_at: datetime | None = None
    at_once: bool = False
    awaited: bool = False


@dataclass(frozen=True, slots=True)
class Panel:
    """A block on a dashboard: a template and what it shows. `order` sorts, lowest first."""

    template: str
    facts: Callable[[Session, Actor, datetime], Mapping[str, object] | None]
    order: int = 50


@dataclass(frozen=True, slots=True)
class FrontPanel:
    """A block on the public front page. `facts` None: nothing to show now. `order` sorts, lowest first."""

    template: str
    facts: Callable[[Session, datetime], Mapping[str, object] | None]
    order: int = 50


@dataclass(frozen=True, slots=True)
class PlacePanel:
    """A block on the page of a wijk, told its code. `facts` None: nothing to show now. `order` sorts, lowest first."""

    template: str
    facts: Callable[[Session, str, datetime], Mapping[str, object] | None]
    order: int = 50


@dataclass(frozen=True, slots=True)
class Figure:
    """A live figure on the front page, leading to its lines.

    `value` is a count, or two ratios for an interval; None is shown as "no figure yet". Texts are msgids.
    """

    value: int | tuple[Decimal, Decimal] | None
    label: str
    endpoint: str
    values: Mapping[str, object] = field(default_factory=dict)
    hint: str = ""
    facts: Mapping[str, object] = field(default_factory=dict)


class Part(StrEnum):
    """A part of the journey from joining to being paid, in order; the value is its heading (a msgid)."""

    BEGIN = N_("Begin hier")
    FIND = N_("Werk dat eraan komt")
    BID = N_("Vragen en inschrijven")
    WORK = N_("Contract en geld")
    PEOPLE = N_("Uw leden en uw mensen")
    PLACE = N_("Samen in de wijk")
    MEND = N_("Als iets niet klopt")
    MORE = N_("Verder")


@dataclass(frozen=True, slots=True)
class ActionCard:
    """An answer to "what do you want to do?" on the dashboard of who may. Texts are msgids.

    `newcomers_only`: no longer offered once one acts for an organisation. `founds`: a way of registering an
    organisation, offered too where one begins to do so. `follows`: what one does next, once one's own organisation
    stands in the register. `part`: under which heading it stands where one reads what can be done here.
    """

    label: str
    text: str
    endpoint: str
    action: Action
    order: int = 50
    newcomers_only: bool = False
    founds: bool = False
    follows: bool = False
    part: Part = Part.MORE


@dataclass(frozen=True, slots=True)
class DataFile:
    """One form in which data can be fetched: "CSV", "JSON". `part` tells it from its neighbours: "2026-Q3"."""

    kind: str
    endpoint: str
    values: Mapping[str, object] = field(default_factory=dict)
    part: str = ""


@dataclass(frozen=True, slots=True)
class Download:
    """Open data on `/data`: what it is, and its files, or what tells them now. Texts are msgids."""

    label: str
    text: str
    files: Sequence[DataFile] | Callable[[Session, datetime], Sequence[DataFile]]
    order: int = 50


@dataclass(frozen=True, slots=True)
class Feature:
    """One storey as the roof sees it.

    `jobs`: name → `act(session, at, **payload)`, each in its own `atomic()`.
    `timers`: job name → cron line, for what recurs.
    `pulses`: `act(session)`, small acts the worker repeats every half second (sealing).
    `demo`: called once with the agenda of the demo year, to add its moments.
    `set_up`: called with the Flask application, for what a blueprint cannot do.
    `own_data`: heading → `(session, user_id)` → JSON value, for the copy of one's own data.
    `tasks`: `(session, actor, at)` → what waits for the actor: a `cwb.kernel.waiting.Tasks`, asked together with all
    others, or a function where no SELECT can say it.
    `actions`: what one may want to do; `about`: the heading over them where there are many.
    `panels`: blocks on dashboards. `front`, `figures`: on the public front page. `places`: on the page of a wijk.
    `beside`: endpoint of a page below → links that stand on it too; `order` and `public_only` say nothing there.
    `downloads`: open data. `benches`: name → `"benchmarks.ledger:run"`, imported from the checkout by `cwb bench`.
    """

    name: str
    blueprints: Sequence[Any] = ()
    commands: Sequence[Command] = ()
    jobs: Mapping[str, Callable[..., None]] = field(default_factory=dict)
    timers: Mapping[str, str] = field(default_factory=dict)
    pulses: Sequence[Callable[[Session], object]] = ()
    demo: Callable[[Any], None] | None = None
    navigation: Sequence[NavigationItem] = ()
    tasks: Sequence[Callable[[Session, Actor, datetime], Sequence[Task]]] = ()
    actions: Sequence[ActionCard] = ()
    about: str = ""
    panels: Sequence[Panel] = ()
    front: Sequence[FrontPanel] = ()
    places: Sequence[PlacePanel] = ()
    beside: Mapping[str, Sequence[NavigationItem]] = field(default_factory=dict)
    figures: Sequence[Callable[[Session, datetime], Figure | None]] = ()
    downloads: Sequence[Download] = ()
    listeners: Mapping[type, Sequence[Listener]] = field(default_factory=dict)
    set_up: Callable[[Any], None] | None = None
    own_data: Mapping[str, Callable[[Session, int], object]] = field(default_factory=dict)
    benches: Mapping[str, str] = field(default_factory=dict)


def load(names: Sequence[str]) -> tuple[Feature, ...]:
    """The features of these packages, ground first. The only dynamic import in the house.

    What is imported stays, so the garbage collector, which would walk through all of it time and again, waits: a third
    of the time of every start.
    """
    with without_collecting():
        return tuple(import_module(f"{name}.feature").FEATURE for name in ("cwb", *names))
