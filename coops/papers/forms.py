"""A paper to add."""

from typing import Any

from flask_wtf.file import FileField, FileRequired
from wtforms import RadioField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from coops.papers.rules import PAPERS
from cwb.files.rules import ACCEPT
from cwb.web.forms import Form
from cwb.web.i18n import _l, translated


class PaperForm(Form):
    """What it is, and its file."""

    kind = RadioField(_l("Wat is het?"), validators=[InputRequired(_l("Kies wat het is."))])
    file = FileField(_l("Bestand"), [FileRequired(_l("Kies een bestand."))], render_kw={"accept": ACCEPT})

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind.choices = [SelectChoice(code, translated(text)) for code, text in PAPERS.items()]

    def values(self) -> dict[str, Any]:
        """What `services.add_paper` takes."""
        given = self.file.data
        with given.stream:
            return {"kind": self.kind.data, "name": given.filename or "", "content": given.read()}
