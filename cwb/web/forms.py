"""The base of all forms, and fields that parse what people really type."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, time
from decimal import Decimal
from functools import lru_cache
from typing import Any
from uuid import UUID

from babel.numbers import NumberFormatError, parse_decimal
from flask_wtf import FlaskForm
from wtforms import DateField as _DateField
from wtforms import Form as _PlainForm
from wtforms import HiddenField, SelectMultipleField, StringField
from wtforms.i18n import get_translations
from wtforms.meta import DefaultMeta
from wtforms.validators import InputRequired, Length, Optional, StopValidation, ValidationError
from wtforms.widgets import (
    CheckboxInput,
    ListWidget,
    TextInput,
)

from cwb.kernel.clock import LOCAL
from cwb.kernel.errors import RuleBroken
from cwb.kernel.identifiers import BsnFound, Identifier, refuse_bsn
from cwb.kernel.ids import uuid7
from cwb.kernel.money import MAX_MINOR, Money
from cwb.kernel.text import UNSEEN
from cwb.web.i18n import _, _l, exact, language, text_of
from cwb.web.inputs import Written
from cwb.web.signing import Tokens

SHORT, NAME, LONG = 120, 200, 5000
"""Longest texts in characters: a line, a name, an explanation."""

_EASTERN_DIGITS = str.maketrans("٠١٢٣٤٥٦٧٨٩٫٬", "0123456789.,")


class _Messages:
    """The library's own messages in a language; to who chose nothing it says what to do, not "invalid"."""

    def __init__(self, code: str) -> None:
        own = get_translations([code])
        self.ngettext, self._gettext = own.ngettext, own.gettext

    def gettext(self, text: str) -> Any:
        """One message."""
        return _("Kies één.") if text == "Not a valid choice." else self._gettext(text)


_messages = lru_cache(maxsize=16)(_Messages)  # the library would read them anew for every form


class PlainForm(_PlainForm):
    """A form without tokens: the filters in an address, and forms inside forms."""

    class Meta(Written, DefaultMeta):
        pass


class Form(FlaskForm):
    """A form with CSRF and a token by which a double click is handled once."""

    class Meta(Written, FlaskForm.Meta):
        csrf_class = Tokens

        def get_translations(self, _form: Any) -> Any:
            """The library's messages in the reader's language."""
            return _messages(language())

    once = HiddenField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.once.data:
            self.once.data = str(uuid7())

    def once_token(self) -> UUID:
        """The token of this showing of the form; a fresh one when the browser sent rubbish."""
        try:
            return UUID(self.once.data)
        except (ValueError, TypeError, AttributeError):
            return uuid7()

    def show(self, fault: RuleBroken) -> None:
        """Put a refusal at its field, or above the form."""
        message = text_of(fault)
        field = getattr(self, fault.field or "", None)
        if field is not None and hasattr(field, "errors"):
            field.errors = [*field.errors, message]
        else:
            self.form_errors.append(message)


class Button(Form):
    """Nothing to fill in."""


def version_of(text: str | None) -> int | None:
    """The version a form was made from; rubbish counts as an outdated one, nothing as "whatever is there"."""
    if not text:
        return None
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1


class VersionedForm(Form):
    """A form of what somebody else may change meanwhile: it knows the version it shows."""

    version = HiddenField()

    def made_from(self) -> int | None:
        """That version; None for "whatever is there"."""
        return version_of(self.version.data)

    def seen(self) -> int:
        """That version; 0 for what is written down for the first time."""
        return self.made_from() or 0


def required(longest: int = SHORT, *, least: int = 1) -> list[Any]:
    """Validators of a text that must be there, of `least` up to `longest` characters."""
    return [
        InputRequired(_l("Vul dit in.")),
        Length(min=least, message=_l("Schrijf het in eigen woorden op. Minstens %(min)d tekens.")),
        Length(max=longest, message=_l("Dit is te lang. Gebruik hooguit %(max)d tekens.")),
    ]


def optional(longest: int = SHORT) -> list[Any]:
    """Validators of a text that may stay empty."""
    return [Optional(), Length(max=longest, message=_l("Dit is te lang. Gebruik hooguit %(max)d tekens."))]


def one_line(value: str | None) -> str | None:
    """Text without control characters and outer blanks (a filter)."""
    return None if value is None else re.sub(rf"[{UNSEEN}\n\t\u2028\u2029]+", " ", value).strip()


def no_bsn(value: str | None) -> str | None:
    """Text that others read: refused where it holds what looks like a citizen service number (a filter)."""
    try:
        refuse_bsn(text=value or "")
    except BsnFound as fault:
        raise ValueError(text_of(fault)) from None
    return value


def many_lines(value: str | None) -> str | None:
    """Text with Unix line ends, without other control characters or citizen service numbers (a filter)."""
    if value is None:
        return None
    unified = value.replace("\r\n", "\n").replace("\r", "\n")
    return no_bsn(re.sub(f"[{UNSEEN}]", "", unified).strip())


class TextField(StringField):
    """One line of text, cleaned."""

    cleaning: tuple[Callable[[str | None], str | None], ...] = (one_line,)

    def __init__(self, label: Any = None, validators: Any = None, **kwargs: Any) -> None:
        super().__init__(label, validators, filters=self.cleaning, **kwargs)


class SentenceField(TextField):
    """One line in somebody's own words that others read: no citizen service number in it."""

    cleaning = (one_line, no_bsn)


def _local(number: str) -> str:
    return number.replace(".", ",") if language() in {"nl", "tr"} else number


class NumberField(StringField):
    """A decimal number as people write it in their language; at most `places` decimals.

    `data` is a Decimal. A number that the neighbour's way reads as another is refused, not guessed.
    """

    widget = TextInput()
    places = 2
    smallest: Decimal | None = Decimal(0)
    largest: Decimal | None = None

    def __init__(
        self, label: Any = None, validators: Any = None, *, places: int = 2, smallest: str | None = "0",
        largest: str | None = None, **kwargs: Any,
    ) -> None:  # fmt: skip
        kwargs.setdefault("render_kw", {"inputmode": "decimal", "autocomplete": "off"})
        super().__init__(label, validators, **kwargs)
        self.places = places
        self.smallest = None if smallest is None else Decimal(smallest)
        self.largest = None if largest is None else Decimal(largest)
        self.typed: str | None = None

    def _value(self) -> str:
        if self.typed is not None:
            return self.typed
        return "" if self.data is None else self.write(self.data)

    def write(self, value: Any) -> str:
        """The value as it is shown in the box: 900 and 37,5, without decimals that say nothing."""
        text = f"{value:.{self.places}f}" if isinstance(value, Decimal) else str(value)
        return _local(text.rstrip("0").rstrip(".") if "." in text else text)

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read what was typed; keep it as typed when it cannot be read."""
        if not valuelist:
            return
        self.typed, self.data = valuelist[0], None
        text = self.typed.translate(_EASTERN_DIGITS).replace("€", "").replace("\u00a0", " ").strip()
        text = re.sub(r"(?<=\d) (?=\d{3})", "", text)
        if not text:
            return
        if len(text) > 40 or re.search(r"[^0-9.,+-]", text):
            raise ValueError(self._unread())
        try:
            value = parse_decimal(text, locale=language(), strict=True)
        except NumberFormatError:
            raise ValueError(self._unread()) from None
        if not value.is_finite() or -int(value.as_tuple().exponent) > self.places:
            many = _("Te veel cijfers achter de komma. Schrijf duizend als 1000.")
            raise ValueError(many if self.places else self._unread())
        self._check_range(value)
        self.data = self.read(value)

    def _unread(self) -> str:
        """What to write instead."""
        if self.places and self.largest is not None and self.largest < 1000:
            return _("Schrijf een getal met een komma, bijvoorbeeld 7,5.")
        if self.places:
            return _("Schrijf een getal, bijvoorbeeld 1250,50.")
        return _("Schrijf een heel getal, bijvoorbeeld 12. Duizend is 1000.")

    def _check_range(self, value: Decimal) -> None:
        if self.smallest is not None and value < self.smallest:
            raise ValueError(_("Dit is te laag. Het minimum is %(least)s.", least=exact(self.smallest)))
        if self.largest is not None and value > self.largest:
            raise ValueError(_("Dit is te hoog. Het maximum is %(most)s.", most=exact(self.largest)))

    def read(self, value: Decimal) -> Any:
        """What `data` becomes."""
        return value


class PriceField(NumberField):
    """A unit price in euro; `data` is a Decimal."""

    def write(self, value: Any) -> str:
        """The price without the euro sign, with its cents."""
        return _local(f"{value:.2f}")


class MoneyField(PriceField):
    """An amount in euro; `data` is Money."""

    def write(self, value: Any) -> str:
        """The amount without the euro sign, with its cents."""
        return super().write(value.decimal() if isinstance(value, Money) else value)

    def read(self, value: Decimal) -> Any:
        """The amount as Money."""
        if abs(value) > Decimal(MAX_MINOR) / 100:
            raise ValueError(_("Dit bedrag is te groot. Controleer de komma."))
        return Money.of(value)


class IdentifierField(StringField):
    """A KvK number, IBAN, postcode and so on; `data` is the parsed identifier."""

    def __init__(
        self, label: Any = None, validators: Any = None, *, kind: type[Identifier], **kwargs: Any
    ) -> None:
        super().__init__(label, validators, filters=[one_line], **kwargs)
        self.kind = kind

    data: Any

    def post_validate(self, form: Any, validation_stopped: bool) -> None:  # noqa: ARG002 (the library's hook)
        """Parse after the other validators, so that an empty optional field stays empty."""
        if validation_stopped or not self.data:
            self.data = self.data or None
            return
        try:
            self.data = self.kind.parse(self.data)
        except RuleBroken as fault:
            raise ValidationError(text_of(fault)) from None


class Ticks(SelectMultipleField):
    """Several choices as boxes."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()

    def pre_validate(self, form: Any) -> None:
        """A box that was there when the page was made, and is not any more, is told."""
        try:
            super().pre_validate(form)
        except ValidationError:
            raise StopValidation(
                _("Wat u koos, staat hier niet meer. Kijk de lijst na en kies opnieuw.")
            ) from None


class DayField(_DateField):
    """A calendar day."""

    def __init__(self, label: Any = None, validators: Any = None, **kwargs: Any) -> None:
        super().__init__(label, validators, format=["%Y-%m-%d", "%d-%m-%Y"], **kwargs)

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read a day in either order; years outside 1900-2200 are typing errors."""
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError(
                _("Deze datum kennen wij niet. Schrijf dag-maand-jaar, bijvoorbeeld 28-02-2027.")
            ) from None
        if isinstance(self.data, date) and not 1900 <= self.data.year <= 2200:
            raise ValueError(_("Controleer het jaar."))


class MomentField(StringField):
    """A day and a time in Amsterdam (`datetime-local`); `data` is an aware UTC instant.

    A time that the change of the clocks skips or repeats is taken as its first occurrence.
    """

    widget = TextInput(input_type="datetime-local")

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else self.data.astimezone(LOCAL).strftime("%Y-%m-%dT%H:%M")

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the local time."""
        self.data = None
        if not valuelist or not valuelist[0].strip():
            return
        for pattern in ("%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%d-%m-%Y %H:%M", "%d-%m-%Y"):
            try:
                naive = datetime.strptime(valuelist[0].strip(), pattern)  # noqa: DTZ007 (made aware below)
            except ValueError:
                continue
            if not 1900 <= naive.year <= 2200:
                break
            if pattern == "%d-%m-%Y":
                naive = datetime.combine(naive.date(), time(12))
            self.data = naive.replace(tzinfo=LOCAL).astimezone(UTC)
            return
        raise ValueError(_("Schrijf dag, maand, jaar en tijd, bijvoorbeeld 31-12-2026 12:00."))


Validator = Callable[[Any, Any], None]
