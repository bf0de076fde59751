"""Links that upper storeys set on a page of a lower one, which does not know them."""

from collections.abc import Sequence
from typing import NamedTuple

from flask import current_app, request

from cwb.kernel.feature import Feature
from cwb.web.i18n import translated
from cwb.web.request import find_actor
from cwb.web.templates import url_for


class Beside(NamedTuple):
    """A link as the page writes it."""

    label: str
    href: str


def links_beside() -> list[Beside]:
    """What stands on this page too, for who may open it; nothing where only the lower storey runs."""
    features: Sequence[Feature] = current_app.extensions["cwb.features"]
    actor = find_actor()
    return [
        Beside(translated(item.label), url_for(item.endpoint))
        for each in features
        for item in each.beside.get(request.endpoint or "", ())
        if item.action is None or (actor is not None and item.action.open_to(actor))
    ]
