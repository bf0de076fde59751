"""The form that mails an invoice."""

from collections.abc import Sequence
from typing import Any

from wtforms import EmailField, RadioField

from cwb.web.forms import Form, one_line, required
from cwb.web.i18n import _, _l
from ledger.ubl.rules import Profile

ALONE = "none"


class MailForm(Form):
    """To whom, and with what electronic document beside the PDF."""

    address = EmailField(
        _l("E-mailadres"), required(200), filters=[one_line], render_kw={"autocomplete": "email"}
    )
    profile = RadioField(_l("Wat sturen wij mee?"), required(20))

    def __init__(
        self, *args: Any, profiles: Sequence[Profile], names: dict[Profile, str], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        offered = [(each.value, _("PDF en e-factuur (%(name)s)", name=_(names[each]))) for each in profiles]
        self.profile.choices = [*offered, (ALONE, _("Alleen de PDF"))]
        self.profile.data = self.profile.data or offered[0][0] if offered else ALONE

    def values(self) -> dict[str, Any]:
        """What the service takes."""
        chosen = self.profile.data
        return {"address": self.address.data, "profile": None if chosen == ALONE else Profile(chosen)}
