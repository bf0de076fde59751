"""The feeds themselves, and the page that explains how to subscribe."""

from collections.abc import Sequence
from urllib.parse import urlsplit

from flask import Blueprint, Response, current_app, render_template, url_for

from cwb.web.feeds import Entry, Moment, atom, calendar, feed_file
from cwb.web.guards import public
from cwb.web.i18n import _, language, moment, translated
from cwb.web.request import db, now
from procurement.feeds import queries, rules
from procurement.feeds.queries import Fed
from procurement.tenders.errors import TenderNotFound

bp = Blueprint("feeds", __name__)


def base_url() -> str:
    """Where people reach this site, without a slash at the end."""
    found: str = current_app.extensions["cwb.config"].base_url
    return found


def _link(fed: Fed) -> str:
    return base_url() + url_for("tenders.show", number=fed.tender.number)


def _summary(fed: Fed) -> str:
    tender = fed.tender
    if tender.cancelled_at is not None:
        return _("Gestopt. %(reason)s", reason=tender.cancel_reason)
    if tender.unsuccessful_at is not None:
        return _("Zonder resultaat. %(reason)s", reason=tender.unsuccessful_reason)
    stopped = [
        _("Perceel %(num)s is gestopt: %(title)s. %(reason)s", num=lot.number, title=lot.title, reason=lot.stop_reason)
        for lot in fed.stopped
    ]  # fmt: skip
    if tender.awarded_at is not None:
        return " ".join([_("De gunning is bekend."), *stopped])
    closing = _("Inschrijven kan tot %(when)s.", when=moment(tender.closes_at))
    return " ".join([closing, *stopped, tender.description[:1000]])


@bp.get("/tenders.atom")
@public
def tenders() -> Response:
    """Tenders that are public, last changed first."""
    found = queries.fed(db(), now())
    entries = [
        Entry(
            f"urn:uuid:{each.tender.public_id}", f"{each.tender.number}: {each.tender.title}", _summary(each),
            _link(each), each.tender.buyer.name, each.tender.published_at or each.changed, each.changed,
            [each.tender.cpv] if each.tender.cpv else [],
        )
        for each in found
    ]  # fmt: skip
    return _atom(entries, "tenders", _("Opdrachten"), url_for("finding.index"), url_for("feeds.tenders"))


def _atom(entries: Sequence[Entry], name: str, title: str, link: str, itself: str) -> Response:
    host = urlsplit(base_url()).hostname or "localhost"
    content = atom(
        entries, feed_id=f"tag:{host},2026:{name}", title=title, link=base_url() + link, itself=base_url() + itself,
        language=language(), made=now(),
    )  # fmt: skip
    newest = max((each.updated for each in entries), default=None)
    return feed_file(content, "application/atom+xml", newest)


def calendar_of(found: Sequence[Fed], title: str, name: str) -> Response:
    """The moments of these tenders as a calendar."""
    host = urlsplit(base_url()).hostname or "localhost"
    moments = [
        Moment(
            f"{each.tender.public_id}-{due.code}@{host}", due.at,
            translated(due.text, {"title": f"{each.tender.title} ({each.tender.number})"}), _summary(each), _link(each),
            each.changed, each.changes,
            cancelled=each.tender.cancelled_at is not None or each.tender.unsuccessful_at is not None,
        )
        for each in found
        for due in rules.moments(each.tender)
    ]  # fmt: skip
    newest = max((each.changed for each in found), default=None)
    return feed_file(calendar(moments, title=title), "text/calendar", newest, f"{name}.ics")


@bp.get("/tenders.ics")
@public
def all_moments() -> Response:
    """All moments of all public tenders."""
    return calendar_of(queries.fed(db(), now()), _("Opdrachten"), "tenders")


@bp.get("/tenders/<number>/moments.ics")
@public
def moments(number: str) -> Response:
    """The moments of one tender; a tender that is not everyone's has none here."""
    found = queries.fed(db(), now(), number=number)
    if not found:
        raise TenderNotFound
    return calendar_of(found, found[0].tender.title, number)


@bp.get("/abonneren")
@public
def about() -> str:
    """What a feed and a calendar subscription are, in plain words, with the addresses."""
    return render_template("procurement/feeds/about.html", base=base_url())
