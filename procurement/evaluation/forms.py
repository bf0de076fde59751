"""Forms of an evaluation. The fields of a score form follow from the published criteria."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, Protocol

from wtforms import BooleanField, RadioField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, Optional

from cwb.web.forms import Form, NumberField, many_lines, required
from cwb.web.i18n import _, _l
from procurement.evaluation.rules import MOST_NOTE, Asked


class Kept(Protocol):
    """A stored score."""

    points: Decimal
    note: str


class ScoreForm(Form):
    """Points and a note per criterion; `made` gives it the fields of a tender."""

    asked: Sequence[Asked] = ()

    def values(self) -> dict[str, tuple[Decimal | None, str]]:
        """Code → points and note, as typed."""
        return {
            each.code: (self[f"points_{each.code}"].data, self[f"note_{each.code}"].data or "")
            for each in self.asked
        }


def score_form(asked: Sequence[Asked], kept: Mapping[str, Kept], *more: type[Form]) -> ScoreForm:
    """A form with two fields for each criterion, filled with what was kept before, and the fields of `more`."""
    fields: dict[str, Any] = {"asked": tuple(asked)}
    shown: dict[str, Any] = {}
    for each in asked:
        most = f"{each.max_points.normalize():f}"
        fields[f"points_{each.code}"] = NumberField(
            _("Punten, 0 tot en met %(most)s", most=most), [Optional()], largest=most
        )
        fields[f"note_{each.code}"] = TextAreaField(
            _l("Waarom deze punten?"),
            [
                Optional(),
                Length(max=MOST_NOTE, message=_l("Dit is te lang. Gebruik hooguit %(max)d tekens.")),
            ],
            filters=[many_lines],
        )
        if each.code in kept:
            shown[f"points_{each.code}"], shown[f"note_{each.code}"] = (
                kept[each.code].points,
                kept[each.code].note,
            )
    made: ScoreForm = type("ScoreForm", (ScoreForm, *more), fields)(data=shown)
    return made


class DisqualifyForm(Form):
    """Why a bid is out."""

    reason = TextAreaField(
        _l("Waarom doet deze inschrijving niet mee?"), required(MOST_NOTE, least=10), filters=[many_lines]
    )

    def values(self) -> dict[str, Any]:
        """The reason."""
        return {"reason": self.reason.data}


class FreezeForm(Form):
    """The last check before the scores stand."""

    sure = BooleanField(
        _l("Wij zijn het eens. De scores veranderen hierna niet meer."),
        [InputRequired(_l("Vink dit aan als het team het eens is."))],
    )


class TieForm(Form):
    """Who is first, by the published rule."""

    label = RadioField(_l("Welke inschrijving is eerste?"), validators=[InputRequired(_l("Kies één."))])
    reason = TextAreaField(
        _l("Waarom, volgens de regel? Bij loting: wie, waar en wanneer."),
        required(MOST_NOTE),
        filters=[many_lines],
    )

    def __init__(self, *args: Any, labels: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.label.choices = [SelectChoice(each, _("Inschrijving %(label)s", label=each)) for each in labels]

    def values(self) -> dict[str, Any]:
        """What `services.break_tie` takes."""
        return {"label": self.label.data, "reason": self.reason.data}
