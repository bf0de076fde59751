"""Asking another organisation for its means, and promising them."""

from collections.abc import Mapping
from typing import Any

from wtforms import TextAreaField
from wtforms.fields.choices import SelectChoice

from cwb.kernel.identifiers import KvkNumber
from cwb.web.forms import LONG, Form, IdentifierField, Ticks, many_lines, required
from cwb.web.i18n import _l


class AskForm(Form):
    """Whom, for which demands, and which means."""

    kvk = IdentifierField(_l("KvK-nummer van de organisatie"), required(8), kind=KvkNumber)
    criteria = Ticks(_l("Voor welke eis steunt u op haar?"))
    means = TextAreaField(_l("Wat leent zij u?"), required(LONG), filters=[many_lines])

    def offer(self, texts: Mapping[str, str]) -> None:
        """Name the demands of the tender."""
        self.criteria.choices = [SelectChoice(code, text) for code, text in texts.items()]

    def values(self) -> dict[str, Any]:
        """What `services.ask` takes."""
        return {
            "kvk": self.kvk.data or "",
            "criteria": list(self.criteria.data or ()),
            "means": self.means.data,
        }


class PromiseForm(Form):
    """The promise, in own words."""

    words = TextAreaField(_l("Wat zegt u toe?"), required(LONG), filters=[many_lines])

    def values(self) -> dict[str, Any]:
        """What `services.promise` takes."""
        return {"words": self.words.data}
