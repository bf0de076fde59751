"""What waits for who reads a page, asked of every storey in one statement."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from flask import current_app, request

from cwb.kernel import waiting
from cwb.kernel.feature import Feature, Task
from cwb.kernel.policy import Actor
from cwb.kernel.waiting import Tasks
from cwb.web.i18n import translated
from cwb.web.request import db, now
from cwb.web.templates import url_for


def waiting_for(actor: Actor) -> list[Task]:
    """What waits for the actor: all that SELECTs can say in one statement, then the rest."""
    features: Sequence[Feature] = current_app.extensions["cwb.features"]
    asked = [ask for each in features for ask in each.tasks]
    kinds = [kind for ask in asked if isinstance(ask, Tasks) for kind in ask.kinds]
    others = [ask for ask in asked if not isinstance(ask, Tasks)]
    return [
        *waiting.ask(db(), actor, now(), kinds),
        *(task for ask in others for task in ask(db(), actor, now())),
    ]


class Waits(NamedTuple):
    """What waits, as a page about its subject says it."""

    label: str
    href: str


def waits_at(actor: Actor, number: str, *endpoints: str) -> list[Waits]:
    """What waits for the actor about the file with this number, what others wait for first.

    Of these pages only, when they are named; never what leads to the page that is read.
    """
    found = [
        each
        for each in sorted(waiting_for(actor), key=lambda each: not each.awaited)
        if each.facts.get("number") == number and (not endpoints or each.endpoint in endpoints)
    ]
    waits = [
        Waits(translated(each.text, each.facts), url_for(each.endpoint, **dict[str, Any](each.values)))
        for each in found
    ]
    return [each for each in waits if each.href != request.path]
