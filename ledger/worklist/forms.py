"""What narrows the work list."""

from wtforms import SelectField
from wtforms.fields.choices import SelectChoice

from cwb.web.forms import Form
from cwb.web.i18n import _, _l


class WorkFilters(Form):
    """Period and anchor; stands in the address."""

    class Meta:
        csrf = False

    period = SelectField(_l("Periode"), validate_choice=False)
    anchor = SelectField(_l("Koper"), validate_choice=False)

    def offer(self, *, periods: list[str], anchors: dict[str, str]) -> None:
        """Fill the choices."""
        self.period.choices = [SelectChoice(each, each) for each in periods]
        if anchors:
            every = SelectChoice("", _("Alle grote kopers samen"))
            self.anchor.choices = [every, *(SelectChoice(key, name) for key, name in anchors.items())]
        else:
            del self.anchor
