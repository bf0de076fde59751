"""Forms of the second step."""

from cwb.sign_in.forms import CODE
from cwb.web.forms import SHORT, Form, TextField, required
from cwb.web.i18n import _l


class FactorForm(Form):
    """The six digits that the app shows now."""

    code = TextField(_l("Code uit uw app"), required(SHORT), render_kw=CODE)


class RecoveryForm(Form):
    """One of the ten codes on paper."""

    code = TextField(
        _l("Herstelcode"), required(SHORT), render_kw={"autocomplete": "off", "spellcheck": "false"}
    )
