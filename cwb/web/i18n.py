"""Languages: choice, translation, and how amounts, dates and numbers are written."""

import re
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Any

from babel import Locale, dates, numbers
from flask import Flask, current_app, request
from flask_babel import Babel
from markupsafe import Markup, escape

from cwb import paths
from cwb.kernel.clock import LOCAL, local_date
from cwb.kernel.errors import Refusal
from cwb.kernel.facts import restored
from cwb.kernel.money import Money
from cwb.kernel.text import Marked
from cwb.web.request import now
from cwb.web.words import (
    LANGUAGES,
    SOURCE,
    chosen_language,
    gettext,
    install,
    language,
    lazy_gettext,
    ngettext,
)

RIGHT_TO_LEFT = frozenset({"ar"})

_DAY = {"nl": "EEEE d MMMM y", "en": "EEEE d MMMM y"}
_MOMENT = {"nl": "EEEE d MMMM y 'om' HH:mm 'uur'", "en": "EEEE d MMMM y 'at' HH:mm"}

_ = gettext
_l = lazy_gettext
_n = ngettext

__all__ = ["LANGUAGES", "chosen_language", "language"]


def text_of(fault: Refusal) -> str:
    """The message of a refusal in the reader's language."""
    facts = {name: written(value) for name, value in fault.facts.items()}
    return str(gettext(fault.message, **facts) if facts else gettext(fault.message))


def translated(message: str, facts: Mapping[str, object] | None = None) -> str:
    """A marked text with its facts, also as they were stored (`cwb.kernel.facts`), in the reader's language."""
    return str(gettext(message, **{name: written(restored(value)) for name, value in (facts or {}).items()}))


def written(value: object) -> object:
    """A fact as people write it: money, moments, days, exact numbers, refusals in the reader's way; else as it is."""
    said: object = value
    match value:
        case Refusal():
            said = text_of(value)
        case Money():
            said = plain_money(value)
        case datetime():
            said = moment(value)
        case date():
            said = day(value)
        case Decimal():
            said = exact(value)
        case Marked():
            said = str(gettext(value))
    return said


@lru_cache(maxsize=16)
def _locale(code: str) -> Locale:
    return Locale.parse(code)


def territory(code: str) -> str:
    """A country in the reader's language, by its code of ISO 3166-1."""
    return str(_locale(language()).territories.get(code, code))


def plain_money(amount: Money) -> str:
    """An amount in the reader's way, as text: € 1.250,00."""
    return _amount(language(), amount.minor, amount.currency)


def money(amount: Money | int | None) -> str:
    """An amount (Money, or integer euro cents) kept left to right inside any text."""
    if amount is None:
        return "–"
    if isinstance(amount, Money):
        return _marked_amount(language(), amount.minor, amount.currency)
    return _marked_amount(language(), int(amount), "EUR")


def day(value: date | datetime | None) -> str:
    """A calendar day in words, in Amsterdam."""
    return "–" if value is None else _day_written(language(), _local_day(value), short=False)


def short_day(value: date | datetime | None) -> str:
    """A calendar day in figures and a short month."""
    return "–" if value is None else _day_written(language(), _local_day(value), short=True)


def month(value: date) -> str:
    """A calendar month by its name, with its year."""
    return str(dates.format_date(value, "MMMM y", locale=_locale(language())))


def moment(value: datetime | None) -> str:
    """A day and a time in words, in Amsterdam."""
    return "–" if value is None else _moment_written(language(), value)


def number(value: Decimal | float | None) -> str:
    """A number in the reader's way."""
    return "–" if value is None else _number_written(language(), value, None)


def exact(value: Decimal | int) -> str:
    """A quantity in the reader's way with all its decimals, at most four."""
    return _number_written(language(), Decimal(value).normalize(), "#,##0.####")


def price(value: Decimal | str) -> str:
    """A unit price in euro (a decimal number, or its text): two decimals, or up to four where it has them."""
    return _price_written(language(), Decimal(value))


def percent(value: Decimal | float | None, digits: int = 1) -> str:
    """A fraction as a percentage; an undefined one as a dash."""
    if value is None:
        return "–"
    exact = Decimal(str(value)).quantize(Decimal(1).scaleb(-digits - 2)) + 0  # no minus before a rounded zero
    return _percent_written(language(), exact, digits)


def points(value: Decimal | float | None, digits: int = 2) -> str:
    """A difference of two fractions in percentage points; an undefined one as a dash."""
    if value is None:
        return "–"
    exact_value = (Decimal(str(value)) * 100).quantize(
        Decimal(1).scaleb(-digits)
    ) + 0  # no minus before a rounded zero
    pattern = "#,##0." + "0" * digits if digits else "#,##0"
    return str(_("%(num)s pp", num=_number_written(language(), exact_value, pattern)))


def until(at: datetime) -> str:
    """How long from now to an instant, in words: "nog 3 dagen", "3 dagen geleden"."""
    left = int((at - now()).total_seconds())
    if abs(left) >= _TO_THE_MINUTE:
        left -= left % 60
    return _left_written(language(), left)


# What is written depends on the value and the language alone, and the library reads its patterns anew each time.

_TO_THE_MINUTE = 2 * 3600
"""From so many seconds on, how long something takes is told to the minute."""

_written_once = lru_cache(maxsize=8192)


@_written_once
def _amount(code: str, minor: int, currency: str) -> str:
    amount = Money(minor, currency).decimal()
    return str(numbers.format_currency(amount, currency, locale=_locale(code)))


@_written_once
def _marked_amount(code: str, minor: int, currency: str) -> Markup:
    return Markup(f'<bdi dir="ltr">{escape(_amount(code, minor, currency))}</bdi>')


def _local_day(value: date | datetime) -> date:
    return local_date(value) if isinstance(value, datetime) else value


@_written_once
def _day_written(code: str, on: date, *, short: bool) -> str:
    pattern = "d MMM y" if short else _DAY.get(code, "EEEE d MMMM y")
    return str(dates.format_date(on, pattern, locale=_locale(code)))


@_written_once
def _moment_written(code: str, value: datetime) -> str:
    return str(dates.format_datetime(value, _MOMENT.get(code, "medium"), tzinfo=LOCAL, locale=_locale(code)))


@_written_once
def _left_written(code: str, seconds: int) -> str:
    span = timedelta(seconds=seconds)
    return str(dates.format_timedelta(span, add_direction=True, locale=_locale(code), threshold=1.2))


@_written_once
def _number_written(code: str, value: Decimal | float, pattern: str | None) -> str:
    return str(numbers.format_decimal(value, pattern, locale=_locale(code)))


@_written_once
def _percent_written(code: str, value: Decimal, digits: int) -> str:
    pattern = "#,##0." + "0" * digits + "\N{NO-BREAK SPACE}%" if digits else "#,##0\N{NO-BREAK SPACE}%"
    return str(numbers.format_percent(value, pattern, locale=_locale(code)))


@_written_once
def _price_written(code: str, value: Decimal) -> Markup:
    pattern = _locale(code).currency_formats["standard"].pattern.replace("0.00", "0.00##")
    written_price = numbers.format_currency(
        value, "EUR", pattern, locale=_locale(code), currency_digits=False
    )
    return Markup(f'<bdi dir="ltr">{escape(written_price)}</bdi>')


_ARABIC = re.compile("[\\u0600-\\u06ff\\u0750-\\u077f]")


def written_in(text: str) -> str:
    """The language a voice should read a typed text in: Arabic by its letters, else that of the area."""
    return "ar" if _ARABIC.search(text) else SOURCE


def user_text(value: str) -> str:
    """What a person typed: escaped, its own direction, its lines kept; its language where the page has another."""
    lines = [escape(line) for line in value.splitlines()] or [escape("")]
    spoken = written_in(value)
    told = "" if spoken == language() else f' lang="{spoken}"'
    return Markup(f'<span dir="auto"{told}>{Markup("<br>").join(lines)}</span>')


def set_up(app: Flask) -> None:
    """Bind translations and the writing filters to an application."""
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = str(paths.translations())
    app.config["BABEL_DEFAULT_LOCALE"] = "nl"
    Babel(app, locale_selector=chosen_language)
    install(app.jinja_env)
    filters: dict[str, Any] = {
        "money": money, "date": day, "datetime": moment, "short_date": short_day, "month": month, "number": number,
        "exact": exact, "price": price, "percent": percent, "points": points,
        "territory": territory, "until": until, "user_text": user_text, "translated": translated,
    }  # fmt: skip
    app.jinja_env.filters.update(filters)
    app.context_processor(_language_facts)


def _language_facts() -> dict[str, object]:
    here = {name: value for name, value in request.args.items() if name != "lang"}
    base = current_app.config["APPLICATION_ROOT"].rstrip("/") + request.path
    query = "".join(f"&{name}={value}" for name, value in here.items() if name.isidentifier())
    code = language()
    return {
        "locale": code,
        "text_direction": "rtl" if code in RIGHT_TO_LEFT else "ltr",
        "languages": [
            {"code": each, "label": label, "url": f"{base}?lang={each}{query}", "current": each == code}
            for each, label in LANGUAGES.items()
        ],
    }
