"""The form that takes an answer of the bank in."""

from flask_wtf.file import FileField, FileRequired

from cwb.web.forms import Form
from cwb.web.i18n import _l


class AnswerForm(Form):
    """One file."""

    file = FileField(_l("Antwoord van uw bank"), [FileRequired(_l("Kies een bestand."))])
