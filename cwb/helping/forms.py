"""Forms of helping."""

from datetime import date
from typing import Any

from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from cwb.helping.rules import OFFERED
from cwb.kernel.policy import Role
from cwb.sign_in.forms import email_field
from cwb.web.forms import DayField, Form, Ticks
from cwb.web.i18n import _, _l


class HelpForm(Form):
    """Whom to ask, for what, until when."""

    email = email_field(_l("E-mailadres van wie u helpt"))
    roles = Ticks(_l("Wat mag deze persoon?"))
    ends_on = DayField(_l("Tot en met welke dag?"), [InputRequired(_l("Vul een dag in."))])

    def __init__(self, *args: Any, usual: date, **kwargs: Any) -> None:
        super().__init__(*args, **{"data": {"ends_on": usual}, **kwargs})
        self.roles.choices = [SelectChoice(role.value, _(text)) for role, text in OFFERED.items()]

    def values(self) -> dict[str, Any]:
        """What `ask_help` takes."""
        return {
            "email": self.email.data, "roles": [Role(each) for each in self.roles.data or ()],
            "ends_on": self.ends_on.data,
        }  # fmt: skip
