"""Taking the file."""

from cwb.web.forms import Form


class TakeForm(Form):
    """A button."""
