"""Forms of residents who put themselves forward."""

from typing import Any

from wtforms import BooleanField, SelectField
from wtforms.fields import HiddenField
from wtforms.validators import InputRequired
from wtforms.validators import Optional as MayStayEmpty

from coops.register.forms import LANGUAGES, categories, options, places
from coops.talent.models import TalentProfile
from coops.talent.rules import About
from cwb.web.forms import NAME, Form, NumberField, TextField, Ticks, optional
from cwb.web.i18n import _l


class AboutForm(Form):
    """As little as a founding group needs, and a yes."""

    name = TextField(_l("Hoe mogen wij u noemen?"), optional(NAME))
    contact = TextField(_l("Hoe bereiken wij u? E-mail of telefoon."), optional(NAME))
    skills = Ticks(_l("Welk werk kunt of wilt u doen?"))
    languages = Ticks(_l("Welke talen spreekt u?"))
    hours = NumberField(_l("Hoeveel uur per week?"), [MayStayEmpty()], places=0)
    place = SelectField(_l("In welke wijk woont of werkt u?"), [MayStayEmpty()])
    consent = BooleanField(_l("Ja, bewaar dit om samen een coöperatie te beginnen. Voor niets anders."))

    def __init__(self, *args: Any, profile: TalentProfile | None = None, **kwargs: Any) -> None:
        shown = None
        if profile is not None:
            names = ("name", "contact", "skills", "languages", "hours")
            shown = {name: getattr(profile, name) for name in names}
            shown |= {"place": profile.place_code or "", "consent": True}
        super().__init__(*args, data=shown, **kwargs)
        self.skills.choices = options(categories())
        self.languages.choices = options(LANGUAGES)
        self.place.choices = options(places(), _l("Zeg ik liever niet"))

    def values(self) -> dict[str, Any]:
        """What `services.put_forward` takes."""
        hours = self.hours.data
        about = About(
            self.name.data or "", self.contact.data or "", tuple(self.skills.data or ()),
            tuple(self.languages.data or ()), None if hours is None else int(hours), self.place.data or None,
        )  # fmt: skip
        return {"about": about, "consent": bool(self.consent.data)}


class OfferForm(Form):
    """One click, and back."""

    offers = HiddenField(validators=[InputRequired()])


class ShareForm(Form):
    """One click, and back."""

    shared = HiddenField(validators=[InputRequired()])


class EraseForm(Form):
    """Sure?"""

    sure = BooleanField(_l("Ja, wis alles wat ik hier over mijzelf schreef. Dit kan niet terug."))
