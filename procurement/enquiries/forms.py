"""Forms of questions and notes."""

from typing import Any

from wtforms import SelectField, TextAreaField
from wtforms.validators import Optional as MayStayEmpty

from coops.register.forms import options
from cwb.web.forms import LONG, Form, MomentField, many_lines, optional, required
from cwb.web.i18n import _, _l
from procurement.enquiries.rules import PARTS
from procurement.tenders.models import Tender


def parts(tender: Tender) -> dict[str, str]:
    """What a question can be about: the fixed parts and each criterion."""
    fixed = {code: _(name) for code, name in PARTS.items()}
    own = {
        f"criterion:{each.code}": _("Criterium: %(name)s", name=each.name)
        for lot in tender.lots
        for each in lot.criteria
    }
    return {**fixed, **own}


class QuestionForm(Form):
    """A question of at most a hundred words."""

    part = SelectField(_l("Waar gaat uw vraag over?"))
    text = TextAreaField(_l("Uw vraag"), required(2000), filters=[many_lines])

    def __init__(self, *args: Any, tender: Tender, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.part.choices = options(parts(tender))


class AnswerForm(Form):
    """An answer; nobody sees it yet."""

    answer = TextAreaField(_l("Antwoord"), required(LONG), filters=[many_lines])


class NotaForm(Form):
    """Publication, with a later deadline when it is too late otherwise."""

    closes_at = MomentField(_l("Nieuw sluitmoment"), [MayStayEmpty()])
    reason = TextAreaField(_l("Waarom sluit het later?"), optional(LONG), filters=[many_lines])

    def values(self) -> dict[str, Any]:
        """What `services.publish_nota` takes."""
        return {"closes_at": self.closes_at.data, "reason": self.reason.data or ""}
