"""The form by which a person lets issuing go on."""

from typing import Any

from wtforms import TextAreaField

from cwb.web.forms import Form, many_lines, required
from cwb.web.i18n import _l


class LiftForm(Form):
    """Why it may go on."""

    why = TextAreaField(_l("Waarom mag uitgeven weer?"), required(1000, least=10), filters=[many_lines])

    def values(self) -> dict[str, Any]:
        """What the service takes."""
        return {"why": self.why.data}
