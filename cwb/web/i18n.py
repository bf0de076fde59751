"""Languages: choice, translation, and how amounts, dates and numbers are written."""

from collections.abc import Mapping
from datetime import date, datetime
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
from cwb.kernel.money import Money
from cwb.web.request import now
from cwb.web.words import LANGUAGES, chosen_language, gettext, install, language, lazy_gettext, ngettext

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
    """A marked text with its facts, in the reader's language."""
    return str(gettext(message, **{name: written(value) for name, value in (facts or {}).items()}))


def written(value: object) -> object:
    """A fact as people write it: money, moments and days in the reader's way, the rest as it is."""
    if isinstance(value, Money):
        return plain_money(value)
    if isinstance(value, datetime):
        return moment(value)
    if isinstance(value, date):
        return day(value)
    return value


@lru_cache(maxsize=16)
def _locale(code: str) -> Locale:
    return Locale.parse(code)


def plain_money(amount: Money) -> str:
    """An amount in the reader's way, as text: € 1.250,00."""
    return str(numbers.format_currency(amount.decimal(), amount.currency, locale=_locale(language())))


def money(amount: Money | int | None) -> str:
    """An amount (Money, or integer euro cents) kept left to right inside any text."""
    if amount is None:
        return "–"
    value = amount if isinstance(amount, Money) else Money(amount)
    return Markup(f'<bdi dir="ltr">{escape(plain_money(value))}</bdi>')


def day(value: date | datetime | None) -> str:
    """A calendar day in words, in Amsterdam."""
    if value is None:
        return "–"
    on = local_date(value) if isinstance(value, datetime) else value
    return str(dates.format_date(on, _DAY.get(language(), "EEEE d MMMM y"), locale=_locale(language())))


def short_day(value: date | datetime | None) -> str:
    """A calendar day in figures and a short month."""
    if value is None:
        return "–"
    on = local_date(value) if isinstance(value, datetime) else value
    return str(dates.format_date(on, "d MMM y", locale=_locale(language())))


def moment(value: datetime | None) -> str:
    """A day and a time in words, in Amsterdam."""
    if value is None:
        return "–"
    return str(
        dates.format_datetime(
            value, _MOMENT.get(language(), "medium"), tzinfo=LOCAL, locale=_locale(language())
        )
    )


def number(value: Decimal | float | None) -> str:
    """A number in the reader's way."""
    return "–" if value is None else str(numbers.format_decimal(value, locale=_locale(language())))


def exact(value: Decimal | int) -> str:
    """A quantity in the reader's way with all its decimals, at most four."""
    return str(numbers.format_decimal(Decimal(value).normalize(), "#,##0.####", locale=_locale(language())))


def price(value: Decimal) -> str:
    """A unit price in euro: two decimals, or up to four where it has them."""
    pattern = _locale(language()).currency_formats["standard"].pattern.replace("0.00", "0.00##")
    written_price = numbers.format_currency(
        value, "EUR", pattern, locale=_locale(language()), currency_digits=False
    )
    return Markup(f'<bdi dir="ltr">{escape(written_price)}</bdi>')


def percent(value: Decimal | float | None, digits: int = 1) -> str:
    """A fraction as a percentage; an undefined one as a dash."""
    if value is None:
        return "–"
    pattern = "#,##0." + "0" * digits + " %" if digits else "#,##0 %"
    exact = Decimal(str(value)).quantize(Decimal(1).scaleb(-digits - 2)) + 0  # no minus before a rounded zero
    return str(numbers.format_percent(exact, pattern, locale=_locale(language())))


def points(value: Decimal | float | None, digits: int = 2) -> str:
    """A difference of two fractions in percentage points; an undefined one as a dash."""
    if value is None:
        return "–"
    exact_value = (Decimal(str(value)) * 100).quantize(
        Decimal(1).scaleb(-digits)
    ) + 0  # no minus before a rounded zero
    pattern = "#,##0." + "0" * digits if digits else "#,##0"
    return str(_("%(num)s pp", num=numbers.format_decimal(exact_value, pattern, locale=_locale(language()))))


def until(at: datetime) -> str:
    """How long from now to an instant, in words: "nog 3 dagen", "3 dagen geleden"."""
    return str(
        dates.format_timedelta(at - now(), add_direction=True, locale=_locale(language()), threshold=1.2)
    )


def user_text(value: str) -> str:
    """What a person typed: escaped, its own direction, its lines kept."""
    lines = [escape(line) for line in value.splitlines()] or [escape("")]
    return Markup(f'<span dir="auto">{Markup("<br>").join(lines)}</span>')


def set_up(app: Flask) -> None:
    """Bind translations and the writing filters to an application."""
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = str(paths.translations())
    app.config["BABEL_DEFAULT_LOCALE"] = "nl"
    Babel(app, locale_selector=chosen_language)
    install(app.jinja_env)
    filters: dict[str, Any] = {
        "money": money, "date": day, "datetime": moment, "short_date": short_day, "number": number,
        "exact": exact, "price": price,
        "percent": percent, "points": points, "until": until, "user_text": user_text, "translated": translated,
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
