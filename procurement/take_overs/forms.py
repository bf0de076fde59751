"""The form of a take-over list."""

from wtforms import BooleanField, TextAreaField
from wtforms.validators import InputRequired

from cwb.web.forms import Form, many_lines, required
from cwb.web.i18n import _l


class ListForm(Form):
    """A pasted list."""

    text = TextAreaField(_l("De lijst"), required(40_000), filters=[many_lines], render_kw={"rows": 12})
    sure = BooleanField(
        _l("Ik keek het na. Er staan geen namen of nummers van mensen in."),
        [InputRequired(_l("Vink dit aan."))],
    )
