"""Forms of the buying calendar."""

from datetime import date
from typing import Any

from wtforms import BooleanField, RadioField, SelectField, TextAreaField
from wtforms.fields import HiddenField
from wtforms.validators import InputRequired
from wtforms.validators import Optional as MayStayEmpty

from coops.needs.gateway import cpv_choices, default_cpv
from coops.needs.models import Need, NeedShare
from coops.needs.queries import Sought
from coops.needs.rules import UNITS, NeedFacts, Wanted
from coops.register.forms import categories, options, places
from cwb.kernel.identifiers import Cpv
from cwb.kernel.money import Money
from cwb.web.forms import (
    LONG,
    NAME,
    DayField,
    Form,
    IdentifierField,
    MoneyField,
    NumberField,
    PlainForm,
    SentenceField,
    TextField,
    VersionedForm,
    many_lines,
    optional,
    required,
)
from cwb.web.i18n import _, _l

UNIT_NAMES: dict[str, Any] = dict(
    zip(
        UNITS,
        (
            _l("uur per week"), _l("uur per jaar"), _l("vierkante meter"), _l("maaltijden per week"),
            _l("keer per jaar"), _l("stuks"), _l("gebouwen of plekken"),
        ),
        strict=True,
    )
)  # fmt: skip
"""Unit → its text."""

AUDIENCES: dict[str, Any] = {"public": _l("Iedereen"), "alliance": _l("Alleen de alliantie")}
"""Who sees something → its text."""


class CategoryCpv:
    """Mixed into a form with `category` and `cpv`: an empty CPV code becomes the category's default."""

    category: Any
    cpv: Any

    def fill_cpv(self) -> str:
        """The chosen code, else that of the category, else the whole vocabulary's "other services"."""
        return str(self.cpv.data or default_cpv(self.category.data) or "98390000")


class NeedForm(VersionedForm, CategoryCpv):
    """A need on the calendar."""

    title = SentenceField(_l("Wat hebt u nodig?"), required(NAME))
    purpose = TextAreaField(_l("Waarvoor, en wat is belangrijk?"), required(LONG), filters=[many_lines])
    category = RadioField(_l("Welk soort werk is het?"))
    cpv = IdentifierField(_l("CPV-code"), optional(), kind=Cpv)
    place = SelectField(_l("In welke wijk?"), [MayStayEmpty()])
    volume = NumberField(_l("Hoeveel?"), [MayStayEmpty()], largest="1000000000")
    unit = SelectField(_l("Eenheid"), [MayStayEmpty()])
    value_low = MoneyField(_l("Laagste waarde in euro, zonder btw, hele looptijd"), [MayStayEmpty()])
    value_high = MoneyField(_l("Hoogste waarde in euro"), [MayStayEmpty()])
    value_visibility = RadioField(_l("Wie ziet de waarde?"), choices=options(AUDIENCES), default="alliance")
    wanted_from = DayField(_l("Wanneer moet het beginnen?"), [InputRequired(_l("Vul dit in."))])
    contract_ends_on = DayField(_l("Wanneer eindigt het contract van nu?"), [MayStayEmpty()])
    notice_on = DayField(_l("Tot wanneer kunt u dat opzeggen?"), [MayStayEmpty()])
    divisible = BooleanField(_l("Dit kan in kleinere delen"), default=True)
    visibility = RadioField(_l("Wie ziet deze behoefte?"), choices=options(AUDIENCES), default="public")
    expires_on = DayField(_l("Tot wanneer staat dit op de kalender?"), [InputRequired(_l("Vul dit in."))])

    def __init__(self, *args: Any, need: Need | None = None, **kwargs: Any) -> None:
        super().__init__(*args, data=_shown(need) if need else None, **kwargs)
        self.category.choices = options(categories())
        self.place.choices = options(places(), _l("Hele gebied"))
        self.unit.choices = options(UNIT_NAMES, _l("Kies"))

    def values(self) -> dict[str, Any]:
        """What `services.post_need` takes."""
        facts = NeedFacts(
            title=self.title.data, wanted_from=self.wanted_from.data, expires_on=self.expires_on.data,
            volume=self.volume.data, unit=self.unit.data or None, value_low=self.value_low.data,
            value_high=self.value_high.data, contract_ends_on=self.contract_ends_on.data,
            notice_on=self.notice_on.data,
        )  # fmt: skip
        return {
            "facts": facts, "purpose": self.purpose.data, "category": self.category.data, "cpv": self.fill_cpv(),
            "place_code": self.place.data or None, "divisible": bool(self.divisible.data),
            "visibility": self.visibility.data, "value_visibility": self.value_visibility.data,
        }  # fmt: skip


def _shown(need: Need) -> dict[str, Any]:
    names = (
        "title", "purpose", "category", "volume", "value_visibility", "wanted_from", "contract_ends_on",
        "notice_on", "divisible", "visibility", "expires_on",
    )  # fmt: skip
    return {
        **{name: getattr(need, name) for name in names},
        "cpv": need.cpv, "place": need.place_code or "", "unit": need.unit or "",
        "value_low": None if need.value_low_minor is None else Money(need.value_low_minor),
        "value_high": None if need.value_high_minor is None else Money(need.value_high_minor),
        "version": str(need.version),
    }  # fmt: skip


def cpv_hint() -> str:
    """Examples under the CPV field."""
    examples = ", ".join(f"{each.code} {each.name}" for each in cpv_choices()[:3])
    return str(
        _(
            "Leeg laten mag: dan kiezen wij de code bij het soort werk. Bijvoorbeeld: %(examples)s.",
            examples=examples,
        )
    )


class WithdrawForm(Form):
    """Why something is stopped."""

    reason = TextAreaField(_l("Waarom stopt u ermee?"), required(LONG), filters=[many_lines])


class InterestForm(Form):
    """One click, and back."""

    interested = HiddenField(validators=[InputRequired()])


class ShareForm(Form):
    """One's own part of a shared need."""

    volume = NumberField(_l("Hoeveel hebt u nodig?"), [MayStayEmpty()], largest="1000000000")
    value_low = MoneyField(_l("Laagste waarde in euro, zonder btw, hele looptijd"), [MayStayEmpty()])
    value_high = MoneyField(_l("Hoogste waarde in euro"), [MayStayEmpty()])
    note = TextAreaField(_l("Wat is bij u anders?"), optional(LONG), filters=[many_lines])

    def __init__(self, *args: Any, share: NeedShare | None = None, **kwargs: Any) -> None:
        shown = None
        if share is not None:
            part = share.wanted
            shown = {
                "volume": part.volume, "value_low": part.value_low, "value_high": part.value_high,
                "note": share.note,
            }  # fmt: skip
        super().__init__(*args, data=shown, **kwargs)

    def values(self) -> dict[str, Any]:
        """What `services.join_need` takes."""
        part = Wanted(self.volume.data, self.value_low.data, self.value_high.data)
        return {"part": part, "note": self.note.data or ""}


class CalendarFilter(PlainForm):
    """What narrows the calendar; stands in the address."""

    q = TextField(_l("Zoek op woord"))
    category = SelectField(_l("Soort werk"), validate_choice=False)
    place = SelectField(_l("Wijk"), validate_choice=False)
    owner = TextField(_l("Organisatie"))
    before = DayField(_l("Begint voor"), [MayStayEmpty()])
    all = BooleanField(_l("Ook gesloten behoeften"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        every = _l("Alle")
        self.category.choices = options(categories(), every)
        self.place.choices = options(places(), every)

    def sought(self) -> Sought:
        """The choice as a query takes it; what is no choice finds nothing."""
        before = self.before.data
        return Sought(
            search=(self.q.data or "")[:100], category=self.category.data or "", place=self.place.data or "",
            owner=(self.owner.data or "")[:100],
            before=before if isinstance(before, date) and 1900 <= before.year <= 2200 else None,
            everything=bool(self.all.data),
        )  # fmt: skip
