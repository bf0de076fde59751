"""Handing in a file."""

from typing import Any

from flask_wtf.file import FileField, FileRequired

from cwb.web.forms import Form
from cwb.web.i18n import _l


class UploadForm(Form):
    """One CSV."""

    file = FileField(_l("CSV-bestand"), [FileRequired(_l("Kies een bestand."))])

    def values(self) -> dict[str, Any]:
        """Its name and its bytes."""
        return {"file_name": self.file.data.filename or "", "content": self.file.data.read()}
