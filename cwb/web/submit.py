"""The one way a page writes: form → one `atomic()` → one service call → 303.

A form sent twice (double click, two tabs, back button) is handled once: its token is claimed in the same
transaction that does the work, and the second sender is led to where the first one was. Where the second one had
something else in it (the back button, another amount), it is told that this was not done.
"""

import hashlib
import hmac
from collections.abc import Callable
from itertools import chain
from typing import Any, TypeVar

from flask import current_app, flash, g, redirect, request
from sqlalchemy import text
from sqlalchemy.exc import InvalidRequestError
from sqlalchemy.orm import Session
from werkzeug import Response
from wtforms import PasswordField

from cwb.kernel.errors import RuleBroken
from cwb.kernel.prepared import Prepared
from cwb.kernel.transaction import atomic
from cwb.web.forms import Button, Form
from cwb.web.i18n import _
from cwb.web.request import db, now

Result = TypeVar("Result")
Page = Callable[[], Any]


def _only(value: Any) -> Any:
    return value


def _both(*values: Any) -> tuple[Any, ...]:
    return values


_CLAIM = Prepared(
    _only,
    text(
        "INSERT INTO form_once (token, at, content) VALUES (:token, :at, :content) "
        "ON CONFLICT DO NOTHING RETURNING token"
    ),
)
_FIRST = Prepared(
    _both, text("SELECT location, content IS NULL OR content = :content FROM form_once WHERE token = :token")
)
_DONE = Prepared(
    _only, text("UPDATE form_once SET location = :location WHERE token = :token RETURNING token")
)


_KNOWN = "known_refusal"
"""What the use case of this request answered already, for the view that runs once more."""


def submit(
    form: Form,
    act: Callable[[Session], Result],
    *,
    then: Callable[[Result], str],
    page: Page,
    said: Any = None,
) -> Any:
    """Show the form, or do `act` and go to `then(result)`.

    A fault of the input shows the page again with 422, everything typed still there; where `page` leads elsewhere
    (a form inside another page), the fault is a message there. `said` is the message shown afterwards.
    """
    if request.method != "POST":
        return page()
    if not form.validate():
        return _refused(form, page)
    if (known := g.pop(_KNOWN, None)) is not None:
        form.show(known)
        return _refused(form, page)
    try:
        location, fresh, same = _once(form, act, then)
    except RuleBroken as fault:
        return _anew(form, page, fault)
    if not same:
        flash(
            _("Dit formulier was al verstuurd, met iets anders erin. Dit is nu niet gedaan. Begin opnieuw."),
            "bad",
        )
    elif not fresh:
        flash(_("Dit was al verwerkt. Er is niets dubbel gedaan."), "info")
    elif said is not None:
        flash(str(said), "good")
    return see_other(location)


def press(act: Callable[[Session], object], *, then: str, back: str | None = None, said: Any = None) -> Any:
    """The same for a button, which has nothing to fill in and no page of its own.

    `back`: where a refusal is read; `then` when nothing else is named.
    """
    return submit(Button(), act, then=lambda _done: then, said=said, page=lambda: see_other(back or then))


def see_other(location: str) -> Response:
    """Go and look there (303): a reload of the next page sends nothing again."""
    return redirect(location, 303)


def passed(location: str, text: Any) -> Response:
    """On to where it stands, with a word: what is done already is not asked again."""
    flash(str(text), "info")
    return see_other(location)


def _anew(form: Form, page: Page, fault: RuleBroken) -> Any:
    """The page with this refusal.

    What the view read before went with the transaction that was rolled back. Where the page needs more of that than
    can be read anew by itself, the view runs once more from its start, with the refusal known and nothing done.
    """
    form.show(fault)
    try:
        return _refused(form, page)
    except InvalidRequestError:
        view = current_app.view_functions.get(request.endpoint or "")
        if view is None:
            raise
        setattr(g, _KNOWN, fault)
        for each in request.files.values():
            each.seek(0)
        return view(**(request.view_args or {}))


def _refused(form: Form, page: Page) -> Any:
    shown = page()
    if not isinstance(shown, Response):
        return shown, 422
    for fault in chain(form.form_errors, *(field.errors for field in form)):
        flash(str(fault), "bad")
    return shown


def _content(form: Form) -> str:
    """A mark of what was sent where; keyed, so that nobody who reads the table guesses an amount from it.

    Secrets and uploads are left out: what a person typed besides them is enough to tell two acts apart.
    """
    secret = {field.name for field in form if isinstance(field, PasswordField)} | {"csrf_token"}
    said = [request.path, *sorted(each for each in request.form.items(multi=True) if each[0] not in secret)]
    key = str(current_app.config["SECRET_KEY"]).encode()
    return hmac.new(key, repr(said).encode(errors="replace"), hashlib.sha256).hexdigest()


def _once(
    form: Form, act: Callable[[Session], Result], then: Callable[[Result], str]
) -> tuple[str, bool, bool]:
    """Where to go, whether it was done now, and whether it is the same as what was done."""
    token, content = form.once_token(), _content(form)
    with atomic(db()) as session:
        if _CLAIM.first(session, token=token, at=now(), content=content) is None:
            first = _FIRST.first(session, token=token, content=content)
            return ((first[0] if first else None) or request.path, False, bool(first is None or first[1]))
        location = then(act(session))
        _DONE.one(session, token=token, location=location)
    return location, True, True
