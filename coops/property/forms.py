"""Forms of the register of first refusal."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any
from uuid import UUID

from wtforms import FieldList, FormField, HiddenField, RadioField, SelectField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from coops.property.models import PropertyNotice
from coops.property.rules import DEALS, DEMANDS, MOST_AREA, CriterionTest, Deal, Demand, NoticeFacts
from coops.register.forms import options, places
from coops.support.forms import initiative_id
from cwb.web.forms import Form, NumberField, PlainForm, TextField, Ticks, many_lines, optional, required
from cwb.web.i18n import _l

CHOOSE = [InputRequired(_l("Kies één."))]
TEXT, TITLE = 2000, 120


class NoticeForm(Form):
    """What the owner intends, and by which criteria it chooses."""

    deal = RadioField(_l("Wat wilt u?"), CHOOSE, choices=[SelectChoice(k, _l(t)) for k, t in DEALS.items()])
    title = TextField(_l("Welk pand of welke grond?"), required(TITLE))
    place = SelectField(_l("In welke wijk?"), CHOOSE)
    area = NumberField(
        _l("Hoeveel vierkante meter?"), [InputRequired(_l("Vul dit in."))], places=0, smallest="1",
        largest=str(MOST_AREA),
    )  # fmt: skip
    use = TextField(_l("Welk gebruik is bedoeld?"), required(TEXT))
    criteria = TextAreaField(_l("Waarop kiest u?"), required(TEXT), filters=[many_lines])
    sole_reason = TextAreaField(
        _l("Kan er maar één serieuze gegadigde zijn? Leg uit waarom."), optional(TEXT), filters=[many_lines]
    )

    def __init__(self, *args: Any, notice: PropertyNotice | None = None, **kwargs: Any) -> None:
        data = (
            None
            if notice is None
            else {**asdict(notice.facts), "place": notice.place_code, "deal": notice.deal}
        )
        super().__init__(*args, data=data, **kwargs)
        self.place.choices = options(places(), _l("Kies een wijk"))

    def facts(self) -> NoticeFacts:
        """The notice as typed."""
        return NoticeFacts(
            Deal(self.deal.data), self.title.data or "", self.place.data or "", int(self.area.data or 0),
            self.use.data or "", self.criteria.data or "", self.sole_reason.data or "",
        )  # fmt: skip


class CriterionForm(PlainForm):
    """What one thinks of one criterion."""

    criterion = HiddenField()
    meets = Ticks(_l("Dit criterium is"), choices=[SelectChoice(k.value, _l(t)) for k, t in DEMANDS.items()])
    note = TextAreaField(_l("Waarom wel of niet?"), required(TEXT), filters=[many_lines])


class TestForm(Form):
    """All criteria of a notice."""

    tests = FieldList(FormField(CriterionForm), _l("Criteria"))

    def show_criteria(self, criteria: Sequence[str]) -> None:
        """One part for each that stands there, with what was posted."""
        if not self.is_submitted():
            for each in criteria:
                self.tests.append_entry({"criterion": each})

    def said(self) -> list[CriterionTest]:
        """What was found of each."""
        return [
            CriterionTest(
                each.form.criterion.data or "", frozenset(map(Demand, each.form.meets.data or ())),
                each.form.note.data or "",
            )
            for each in self.tests.entries
        ]  # fmt: skip


class InterestForm(Form):
    """Who is interested, and how it meets the criteria."""

    party = SelectField(_l("Voor wie?"), CHOOSE)
    text = TextAreaField(_l("Hoe voldoet u aan de criteria?"), required(TEXT), filters=[many_lines])

    def __init__(self, *args: Any, parties: Mapping[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.party.choices = options(parties)

    def initiative_id(self) -> UUID | None:
        """The initiative that is interested; None for one's own cooperative."""
        return initiative_id(self.party.data)


class DecisionForm(Form):
    """Who is chosen, and why by the criteria."""

    chosen = SelectField(_l("Wie kiest u?"))
    reasons = TextAreaField(_l("Waarom, volgens de criteria?"), required(TEXT), filters=[many_lines])

    def __init__(self, *args: Any, parties: Mapping[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.chosen.choices = options(parties, _l("Niemand"))


class SecondForm(Form):
    """Yes, or back."""

    agrees = RadioField(
        _l("Uw besluit"), CHOOSE,
        choices=[
            SelectChoice("yes", _l("Dit is het besluit")), SelectChoice("no", _l("Terug voor een ander voorstel")),
        ],
    )  # fmt: skip


class ReasonForm(Form):
    """Why it is taken back."""

    reason = TextAreaField(_l("Waarom?"), required(TEXT), filters=[many_lines])
