"""Every view says who it is for. A route without a mark is refused at start."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from flask import Flask, current_app, g, redirect, request, url_for

from cwb.kernel.errors import Forbidden
from cwb.kernel.policy import Action
from cwb.web.request import find_actor

View = TypeVar("View", bound=Callable[..., Any])

_MARK = "cwb_guard"


def public(view: View) -> View:
    """Open to everyone, without an account."""
    setattr(view, _MARK, "public")
    return view


def guarded(action: Action) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Only for actors holding a role of the action; a visitor is asked to sign in first.

    Who holds the role but still owes the second factor is led to it first. The view itself still asks the
    policy about the object (`permit`). What a helper does is written down (`cwb.helping`).
    """

    def mark(view: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(view)
        def guard(*args: Any, **kwargs: Any) -> Any:
            actor = find_actor()
            if actor is None:
                return redirect(url_for("sign_in.sign_in", next=_back()), 303)
            if not action.open_to(actor):
                if action.sleeps_for(actor):
                    return redirect(url_for("second_factor.ask", next=_back()), 303)
                raise Forbidden
            g.past_guard = True
            if not actor.helps:
                return view(*args, **kwargs)
            note, sends = current_app.extensions["cwb.note_help"], request.method == "POST"
            if sends:  # in the transaction of the act; what is looked at, once it was shown
                note(actor, action)
            shown = view(*args, **kwargs)
            if not sends:
                note(actor, action)
            return shown

        setattr(guard, _MARK, action)
        return guard

    return mark


def _back() -> str:
    return request.full_path.rstrip("?") if request.method == "GET" else "/"


def permit(allowed: bool) -> None:
    """Go on only when the policy said yes.

    Raises:
        Forbidden: the policy said no.
    """
    if not allowed:
        raise Forbidden


def guard_of(view: Callable[..., Any]) -> Action | str | None:
    """The mark of a view: an action, "public", or None."""
    return getattr(view, _MARK, None)


def refuse_unguarded(app: Flask) -> None:
    """Stop the start when a route carries no mark.

    Raises:
        RuntimeError: names the routes.
    """
    bare = [name for name, view in app.view_functions.items() if guard_of(view) is None]
    if bare:
        raise RuntimeError(f"routes without guard or @public: {', '.join(sorted(bare))}")
