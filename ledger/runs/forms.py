"""Why a file is taken back."""

from typing import Any

from cwb.web.forms import Form, TextField, required
from cwb.web.i18n import _l


class UndoForm(Form):
    """A reason."""

    reason = TextField(_l("Waarom neemt u dit bestand terug?"), required(500))

    def values(self) -> dict[str, Any]:
        """The reason."""
        return {"reason": self.reason.data or ""}
