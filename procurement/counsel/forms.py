"""Answering a finding on a draft."""

from wtforms import TextAreaField

from cwb.web.forms import LONG, Form, many_lines, required
from cwb.web.i18n import _l


class AnswerForm(Form):
    """Why it may stay as it is."""

    answer = TextAreaField(_l("Waarom mag dit zo?"), required(LONG), filters=[many_lines])
