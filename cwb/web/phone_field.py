"""A field for a telephone number."""

from typing import Any

from wtforms import TelField
from wtforms.validators import Regexp

from cwb.web.forms import one_line, optional
from cwb.web.i18n import _l


class PhoneField(TelField):
    """A telephone number as people write it; may stay empty."""

    def __init__(self, label: Any = None, **kwargs: Any) -> None:
        told = _l("Schrijf een telefoonnummer, bijvoorbeeld 020 123 45 67.")
        read = Regexp(r"^\+?(?:[ ().-]*[0-9]){8,15}[ ]*$", message=told)
        kwargs.setdefault("render_kw", {"autocomplete": "tel"})
        super().__init__(label, [*optional(30), read], filters=[one_line], **kwargs)
