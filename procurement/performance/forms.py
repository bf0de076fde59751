"""Forms of a review."""

from typing import Any

from wtforms import RadioField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from cwb.web.forms import Form, many_lines, required
from cwb.web.i18n import _l
from procurement.performance import rules


class ReviewForm(Form):
    """Three marks and words."""

    text = TextAreaField(_l("Wat ging goed, en wat kan beter?"), required(4000), filters=[many_lines])

    def values(self) -> dict[str, Any]:
        """What `services.write_review` takes."""
        return {"marks": {name: self[name].data for name in rules.MARKS}, "text": self.text.data}


for _name, _text in rules.MARKS.items():
    setattr(
        ReviewForm,
        _name,
        RadioField(
            _l(_text), coerce=int, choices=[SelectChoice(mark, _l(told)) for mark, told in rules.SCALE.items()],
            validators=[InputRequired(_l("Kies één."))],
        ),
    )  # fmt: skip


class AnswerForm(Form):
    """The other side's words."""

    text = TextAreaField(_l("Uw antwoord"), required(4000), filters=[many_lines])
