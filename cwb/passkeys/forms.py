"""Forms of passkeys; the script fills `answer` with what the device says."""

from wtforms import HiddenField

from cwb.web.forms import SHORT, Form, TextField, required
from cwb.web.i18n import _l


class AnswerForm(Form):
    """The answer of a passkey."""

    answer = HiddenField()


class NewPasskeyForm(AnswerForm):
    """A name by which one knows it again."""

    name = TextField(_l("Naam van de passkey"), required(SHORT), render_kw={"autocomplete": "off"})


class NameForm(Form):
    """Another name."""

    name = TextField(_l("Naam van de passkey"), required(SHORT), render_kw={"autocomplete": "off"})
