"""Forms about invitees."""

from typing import Any

from wtforms import TextAreaField
from wtforms.fields import HiddenField

from cwb.kernel.identifiers import KvkNumber
from cwb.web.forms import LONG, Form, IdentifierField, many_lines, optional, required
from cwb.web.i18n import _l


class InviteForm(Form):
    """Why this organisation; another than those suggested is found by its KvK number."""

    kvk = IdentifierField(_l("KvK-nummer"), optional(), kind=KvkNumber)
    reason = TextAreaField(_l("Waarom nodigt u deze organisatie uit?"), required(LONG), filters=[many_lines])

    def values(self) -> dict[str, Any]:
        """The reason."""
        return {"reason": self.reason.data}


class TakeOffForm(Form):
    """Nothing to fill in."""

    sure = HiddenField()
