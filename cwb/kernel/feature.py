"""What a storey offers to the roof, found by name."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from importlib import import_module
from typing import Any

from click import Command
from sqlalchemy.orm import Session

from cwb.kernel.events import Listener
from cwb.kernel.policy import Action, Actor


@dataclass(frozen=True, slots=True)
class NavigationItem:
    """A link in the main navigation. `action` None means public; otherwise shown to who may."""

    label: str
    endpoint: str
    action: Action | None = None


@dataclass(frozen=True, slots=True)
class Task:
    """Something that waits for this actor: shown on the dashboard. Text is a msgid with its facts."""

    text: str
    endpoint: str
    values: Mapping[str, object] = field(default_factory=dict)
    facts: Mapping[str, object] = field(default_factory=dict)
    due_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Panel:
    """A block on a dashboard: a template and what it shows. `order` sorts, lowest first."""

    template: str
    facts: Callable[[Session, Actor, datetime], Mapping[str, object] | None]
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
    `tasks`: `(session, actor, at)` → what waits for the actor.
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
    panels: Sequence[Panel] = ()
    listeners: Mapping[type, Sequence[Listener]] = field(default_factory=dict)
    set_up: Callable[[Any], None] | None = None
    own_data: Mapping[str, Callable[[Session, int], object]] = field(default_factory=dict)
    benches: Mapping[str, str] = field(default_factory=dict)


def load(names: Sequence[str]) -> tuple[Feature, ...]:
    """The features of these packages, ground first. The only dynamic import in the house."""
    return tuple(import_module(f"{name}.feature").FEATURE for name in ("cwb", *names))
