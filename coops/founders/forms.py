"""Forms of founders who become members."""

from collections.abc import Sequence
from typing import Any

from wtforms import SelectField
from wtforms.validators import InputRequired

from coops.members.forms import KINDS
from coops.register.forms import options
from cwb.identity.models import User
from cwb.web.forms import Form, Ticks
from cwb.web.i18n import _l


class FoundersForm(Form):
    """Who of the founders is a member: a tick each."""

    who = Ticks(_l("Wie is lid?"), [InputRequired(_l("Kies minstens één lid."))])
    kind = SelectField(_l("Soort lid"), [InputRequired(_l("Kies een soort."))])

    def __init__(self, *args: Any, founders: Sequence[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.who.choices = [(each.email, f"{each.name}, {each.email}") for each in founders]
        self.kind.choices = options(KINDS, _l("Kies"))
