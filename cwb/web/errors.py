"""The one table from refusals to HTTP, and the pages for everything that goes wrong."""

from typing import Any
from urllib.parse import urlsplit

import structlog
from flask import Flask, current_app, g, redirect, render_template, request, url_for
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import HTTPException

from cwb.kernel.errors import Conflict, Forbidden, NotFound, Refusal, RuleBroken, TooOften, Unavailable
from cwb.web.i18n import _, text_of
from cwb.web.request import db

log = structlog.get_logger()

STATUS: dict[type[Refusal], int] = {
    RuleBroken: 422,
    NotFound: 404,
    Forbidden: 403,
    Conflict: 409,
    TooOften: 429,
    Unavailable: 503,
}


def status_of(fault: Refusal) -> int:
    """The HTTP status of a refusal's family."""
    return next((code for family, code in STATUS.items() if isinstance(fault, family)), 422)


def set_up(app: Flask) -> None:
    """Answer every mishap with a page that says what happened, what was kept and what to do next."""
    app.register_error_handler(Refusal, _refused)
    app.register_error_handler(CSRFError, _stale)
    app.register_error_handler(OperationalError, _busy)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _broken)


def _page(code: int, title: str, text: str, back: str | None = None) -> tuple[Any, int]:
    return render_template("error.html", code=code, title=title, text=text, back=back), code


def nothing_here() -> tuple[Any, int]:
    """The page for an address that leads nowhere."""
    text = _("Deze pagina bestaat niet. Controleer het adres of ga naar de startpagina.")
    return _page(404, _("Niet gevonden"), text)


def _in_capitals() -> str | None:
    """The same address with its readable number in capitals, when somebody typed it in small letters."""
    given = (request.view_args or {}).get("number")
    if request.method not in {"GET", "HEAD"} or not isinstance(given, str) or given == given.upper():
        return None
    address = url_for(request.endpoint or "", **{**(request.view_args or {}), "number": given.upper()})
    return f"{address}?{query}" if (query := request.query_string.decode("ascii", "ignore")) else address


def _refused(fault: Refusal) -> Any:
    titles = {
        422: _("Dat kan niet"),
        404: _("Niet gevonden"),
        403: _("Geen toegang"),
        409: _("Dat kan nu niet"),
        429: _("Te vaak geprobeerd"),
        503: _("Even geduld"),
    }
    code = status_of(fault)
    db().rollback()
    if code == 404 and (address := _in_capitals()):
        return redirect(address, 301)
    return _page(code, titles[code], text_of(fault), back=_came_from() if code in {409, 422} else None)


def _came_from() -> str | None:
    """The page of this site the request was sent from, to look again."""
    parts = urlsplit(request.referrer or "")
    return parts.path if parts.netloc == request.host else None


def _stale(_fault: CSRFError) -> tuple[Any, int]:
    text = _(
        "Deze pagina stond te lang open. Er is niets opgeslagen. Ga terug: wat u typte, staat er nog. "
        "Kopieer uw tekst. Laad de pagina daarna opnieuw."
    )
    return _page(400, _("Pagina verlopen"), text)


def _busy(fault: OperationalError) -> tuple[Any, int]:
    g.actor = None  # so that the page itself asks the database nothing
    log.error("database", error=str(fault.orig), path=request.path)
    db().rollback()
    return _page(
        503, _("Even geduld"), _("Het is druk. Er is niets opgeslagen. Probeer het over een minuut opnieuw.")
    )


def _without_slash() -> str | None:
    """The page somebody meant who typed a slash behind its address."""
    path = request.path.rstrip("/")
    if request.method not in {"GET", "HEAD"} or path in {"", request.path} or path.startswith("//"):
        return None
    adapter = current_app.create_url_adapter(request)
    return path if adapter is not None and adapter.test(path, "GET") else None


def _http(fault: HTTPException) -> Any:
    code = fault.code or 500
    if code < 400:
        return fault
    if code == 404:
        return redirect(address, 301) if (address := _without_slash()) else nothing_here()
    known = {
        405: (_("Dat kan hier niet"), _("Ga terug en gebruik de knoppen op de pagina.")),
        413: (
            _("Te groot"),
            _(
                "Dit bestand of deze tekst is te groot. Er is niets opgeslagen. "
                "Wat u eerder bewaarde, staat er nog. Ga terug en kies iets kleiners. "
                "Is het een stuk met foto’s? Verdeel het over meer bestanden, of maak de foto’s kleiner."
            ),
        ),
        429: (_("Te vaak geprobeerd"), _("Wacht even en probeer het opnieuw.")),
    }
    title, text = known.get(code, (_("Er ging iets mis"), _("Ga terug en probeer het opnieuw.")))
    return _page(code, title, text)


def _broken(fault: Exception) -> tuple[Any, int]:
    if current_app.testing:
        raise fault
    log.error("unexpected", path=request.path, method=request.method, exc_info=fault)
    db().rollback()
    g.setdefault("actor", None)  # finding out who it is may be what broke
    text = _(
        "Dit is onze fout. Er is niets half opgeslagen. Wij hebben het genoteerd. Probeer het straks opnieuw."
    )
    return _page(500, _("Er ging iets mis bij ons"), text)
