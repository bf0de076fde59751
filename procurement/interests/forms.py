"""Forms of saved interests."""

from typing import Any

from wtforms import RadioField, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Optional

from coops.register.forms import categories, options, places
from cwb.places.gateway import area_pack
from cwb.web.forms import NAME, SHORT, Form, MoneyField, TextField, Ticks, optional, required
from cwb.web.i18n import _l
from procurement.interests import rules
from procurement.interests.models import SavedInterest
from procurement.interests.rules import ABOUT_TEXTS, OFTEN_TEXTS, About, Often


class InterestForm(Form):
    """What one wants to hear of, and how often."""

    name = TextField(_l("Naam, voor uzelf"), required(SHORT))
    about = RadioField(
        _l("Waar zoekt u in?"),
        choices=[SelectChoice(each.value, _l(text)) for each, text in ABOUT_TEXTS.items()],
        validators=[InputRequired(_l("Kies één."))],
    )
    kinds = Ticks(_l("Soort werk"), validate_choice=False)
    cpv = TextField(_l("CPV-groepen"), optional(NAME))
    place = SelectField(_l("Waar"), validate_choice=False)
    words = TextField(_l("Woorden"), optional(NAME))
    low = MoneyField(_l("Waarde vanaf, zonder btw"), [Optional()])
    high = MoneyField(_l("Waarde tot en met, zonder btw"), [Optional()])
    often = RadioField(
        _l("Hoe vaak wilt u mail?"),
        choices=[SelectChoice(each.value, _l(text)) for each, text in OFTEN_TEXTS.items()],
        validators=[InputRequired(_l("Kies één."))],
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kinds.choices = options(categories())
        self.place.choices = options(places(), _l("Hele gebied"))

    def values(self) -> dict[str, Any]:
        """What `services.save_interest` takes.

        Raises:
            CpvGroupInvalid: a group that is none.
        """
        chosen = set(self.kinds.data or ())
        groups = {prefix for each in area_pack().categories if each.id in chosen for prefix in each.cpv}
        return {
            "name": self.name.data or "", "about": About(self.about.data),
            "cpv_groups": sorted(groups | set(rules.cpv_groups(self.cpv.data or ""))),
            "place_code": self.place.data if self.place.data in places() else None, "words": self.words.data or "",
            "low": self.low.data, "high": self.high.data, "often": Often(self.often.data),
        }  # fmt: skip


def shown(interest: SavedInterest) -> dict[str, Any]:
    """An interest as the form shows it: whole kinds of work ticked, the rest as CPV groups."""
    wish, left = interest.wish, set(interest.cpv_groups)
    kinds = [each.id for each in area_pack().categories if each.cpv and set(each.cpv) <= left]
    for each in area_pack().categories:
        if each.id in kinds:
            left -= set(each.cpv)
    return {
        "name": interest.name, "about": interest.about.value, "kinds": kinds, "cpv": ", ".join(sorted(left)),
        "place": interest.place_code or "", "words": interest.words, "low": wish.low, "high": wish.high,
        "often": interest.often.value,
    }  # fmt: skip


def work(interest: SavedInterest) -> str:
    """What kinds of work an interest is about, by name where there is one."""
    said, names = shown(interest), categories()
    return ", ".join([*(names[each] for each in said["kinds"]), *filter(None, [said["cpv"]])])
