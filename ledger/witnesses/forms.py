"""What the second person says, and forms that were filled in before."""

from typing import Any

from flask import request
from werkzeug.datastructures import MultiDict
from wtforms import RadioField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from cwb.web.forms import Form, TextField, required
from cwb.web.i18n import _l
from ledger.lookups.forms import ExtractForm
from ledger.suppliers.forms import EvidenceForm
from ledger.witnesses.rules import MOST_NOTE, About

FORMS: dict[str, type[EvidenceForm] | type[ExtractForm]] = {
    About.ADDRESS.value: EvidenceForm, About.EXTRACT.value: ExtractForm,
}  # fmt: skip


class AnswerForm(Form):
    """Seen too, or not; and where."""

    answer = RadioField(
        _l("Zag u zelf hetzelfde?"),
        [InputRequired(_l("Kies ja of nee."))],
        choices=[SelectChoice("yes", _l("Ja")), SelectChoice("no", _l("Nee, dit klopt niet"))],
    )
    note = TextField(_l("Waar zag u het, of wat klopt er niet?"), required(MOST_NOTE))


def typed(form: Form) -> dict[str, str]:
    """What was typed in the fields that are seen."""
    return {
        each.name: request.form[each.name]
        for each in form
        if each.name in request.form and getattr(each.widget, "input_type", "") != "hidden"
    }


def filled(about: str, facts: dict[str, str]) -> Any:
    """The form as it was filled in, read again."""
    form = FORMS[about](formdata=MultiDict(facts), meta={"csrf": False})
    form.validate()
    return form


def told(form: Any) -> list[tuple[str, str]]:
    """Label and what was filled in, in the order of the form; what was left empty is left out."""
    rows = []
    for each in form:
        text = str(each.raw_data[0]) if getattr(each, "raw_data", None) else ""
        for value, label, *_more in each.iter_choices() if hasattr(each, "iter_choices") else ():
            text = str(label) if str(value) == text else text
        if text and getattr(each.widget, "input_type", "") != "hidden":
            rows.append((str(each.label.text), text))
    return rows
