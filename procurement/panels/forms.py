"""Forms of a panel."""

from collections.abc import Sequence
from typing import Any

from wtforms import BooleanField, RadioField, SelectField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, ValidationError

from cwb.identity.models import User
from cwb.web.forms import LONG, Form, many_lines, optional, required
from cwb.web.i18n import _, _l
from procurement.panels.models import PanelMember

LONGEST = 2000
"""Longest explanation, in characters."""


class InviteForm(Form):
    """Who assesses."""

    user = SelectField(_l("Wie beoordeelt mee?"), [InputRequired(_l("Kies iemand."))], validate_choice=False)
    chair = BooleanField(_l("Deze persoon is voorzitter"))

    def __init__(
        self, *args: Any, people: Sequence[User], panel: Sequence[PanelMember] = (), **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.known = {str(each.id) for each in people}
        seats = {each.user_id: each for each in panel}
        self.user.choices = [
            SelectChoice("", _("Kies")),
            *(SelectChoice(str(each.id), each.name) for each in people if each.id not in seats),
            *(
                SelectChoice(str(each.id), _("%(name)s, zit al in het team", name=each.name))
                for each in people
                if each.id in seats and seats[each.id].may_become_chair
            ),
        ]

    def validate_user(self, field: SelectField) -> None:
        """Somebody of the buyer. Who is in already comes through: a second click is then told so."""
        if field.data not in self.known:
            raise ValidationError(_("Kies iemand uit de lijst."))

    def values(self) -> dict[str, Any]:
        """What `services.invite_assessor` takes."""
        return {"user_id": int(self.user.data), "is_chair": bool(self.chair.data)}


class ReasonForm(Form):
    """Why."""

    reason = TextAreaField(_l("Waarom?"), required(LONGEST), filters=[many_lines])

    def values(self) -> dict[str, Any]:
        """The reason."""
        return {"reason": self.reason.data}


class ReplaceForm(ReasonForm):
    """Who takes a place after the freeze."""

    user = SelectField(_l("Wie neemt de plaats over?"), [InputRequired(_l("Kies iemand."))])

    def __init__(self, *args: Any, people: Sequence[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user.choices = [
            SelectChoice("", _("Kies")),
            *(SelectChoice(str(each.id), each.name) for each in people),
        ]

    def values(self) -> dict[str, Any]:
        """What `services.replace_assessor` takes."""
        return {"user_id": int(self.user.data), **super().values()}


class DeclareForm(Form):
    """Interest or none."""

    conflict = RadioField(
        _l("Hebt u een belang bij een mogelijke inschrijver?"),
        choices=[
            SelectChoice("no", _l("Nee, ik heb geen belang")),
            SelectChoice("yes", _l("Ja, ik heb een belang")),
        ],
        validators=[InputRequired(_l("Kies ja of nee."))],
    )
    reason = TextAreaField(_l("Welk belang?"), optional(LONG), filters=[many_lines])

    def values(self) -> dict[str, Any]:
        """What `services.declare` takes."""
        return {"conflict": self.conflict.data == "yes", "reason": self.reason.data or ""}
