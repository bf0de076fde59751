"""How a letter is written, and when sending is tried again."""

import re
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from functools import lru_cache
from html import escape
from typing import NamedTuple

from babel import dates, numbers
from babel.support import NullTranslations, Translations

from cwb import paths
from cwb.kernel.clock import LOCAL
from cwb.kernel.money import Money
from cwb.kernel.text import N_, Marked, filled

MOST_ATTEMPTS = 12

GREETING = N_("Goedendag,")
BY_NAME = "Beste %(name)s,"
"""How a letter to one person begins."""

_PATH = re.compile(r"^(/[\w/-]+)(?=$|<)", re.MULTILINE | re.ASCII)
"""A line that is a path on this site and nothing else; in HTML the last one of a paragraph ends at its tag."""

STOP = N_("Geen mail meer hierover? Stop hier:")
CLOSING = N_("Vragen? Antwoord op deze mail of bel het programma.")


class File(NamedTuple):
    """A file that goes with a letter. `media_type` as `application/pdf`."""

    name: str
    media_type: str
    content: bytes


@lru_cache(maxsize=8)
def catalogue(locale: str) -> NullTranslations:
    """The translations of a language; Dutch, the source, has none."""
    return Translations.load(str(paths.translations()), [locale])


def written(message: str, facts: Mapping[str, object], locale: str) -> str:
    """A marked text with its facts, in a language."""
    text = catalogue(locale).gettext(message)
    return filled(text, {name: _fact(value, locale) for name, value in facts.items()}) if facts else text


def body(message: str, facts: Mapping[str, object], locale: str) -> str:
    """The whole plain text of a letter, without its link; one that greets by name is not greeted twice."""
    greeting = [] if message.startswith(BY_NAME) else [catalogue(locale).gettext(GREETING)]
    return "\n\n".join((*greeting, written(message, facts, locale), catalogue(locale).gettext(CLOSING)))


def with_addresses(text: str, base_url: str) -> str:
    """The text with whole addresses: a line that is a path on this site, and nothing else, becomes one."""
    return _PATH.sub(rf"{base_url}\1", text)


def as_html(text: str, link: str | None, locale: str, base_url: str) -> str:
    """The letter as simple HTML: paragraphs and links to this site alone, direction and language set."""
    direction = "rtl" if locale == "ar" else "ltr"
    parts = [f"<p>{escape(part)}</p>" for part in text.split("\n\n")]
    parts = [_PATH.sub(lambda found: _anchor(f"{base_url}{found[1]}"), part) for part in parts]
    if link:
        parts.insert(-1, f"<p>{_anchor(link)}</p>")
    inside = "".join(part.replace("\n", "<br>") for part in parts)
    return f'<!doctype html><html lang="{locale}" dir="{direction}"><body>{inside}</body></html>'


def _anchor(url: str) -> str:
    return f'<a href="{escape(url, quote=True)}">{escape(url)}</a>'


def next_try(attempts: int, at: datetime) -> datetime | None:
    """When to try again after `attempts` failures: doubling, at most six hours; None means give up."""
    if attempts >= MOST_ATTEMPTS:
        return None
    return at + min(timedelta(minutes=2 ** (attempts - 1)), timedelta(hours=6))


def _fact(value: object, locale: str) -> object:
    if isinstance(value, Money):
        return numbers.format_currency(value.decimal(), value.currency, locale=locale)
    if isinstance(value, datetime):
        return dates.format_datetime(value, "EEEE d MMMM y HH:mm", tzinfo=LOCAL, locale=locale)
    if isinstance(value, date):
        return dates.format_date(value, "EEEE d MMMM y", locale=locale)
    if isinstance(value, Marked):
        return catalogue(locale).gettext(value)
    return value
