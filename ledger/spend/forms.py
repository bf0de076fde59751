"""Forms of the figure's pages."""

from wtforms import HiddenField, SelectField
from wtforms.fields.choices import SelectChoice

from cwb.web.forms import Form, TextField, optional
from cwb.web.i18n import _, _l
from ledger.beside.rules import THIRD
from ledger.spend.rules import EXCLUSION_TEXT


class LineFilters(Form):
    """What narrows the list of lines; stands in the address."""

    class Meta:
        csrf = False

    view = HiddenField()
    period = SelectField(_l("Periode"), validate_choice=False)
    anchor = SelectField(_l("Koper"), validate_choice=False)
    standing = SelectField(
        _l("Plaats"),
        validate_choice=False,
        choices=[
            SelectChoice("", _l("Alles")),
            SelectChoice("local", _l("Bewezen lokaal")),
            SelectChoice("not_local", _l("Bewezen niet lokaal")),
            SelectChoice("unknown", _l("Niet bewezen")),
        ],
    )
    wijk = SelectField(_l("Wijk"), validate_choice=False)
    category = SelectField(_l("Soort"), validate_choice=False)
    exclusion = SelectField(_l("Telt niet mee"), validate_choice=False)
    q = TextField(_l("Leverancier"), optional())

    def offer(
        self,
        *,
        periods: list[str],
        anchors: dict[str, str],
        wijken: dict[str, str],
        categories: dict[str, str],
    ) -> None:
        """Fill the choices. Only single lines are asked by wijk (`wijken`) and by supplier: groups name neither."""
        every = SelectChoice("", _("Alles"))
        self.period.choices = [SelectChoice(each, each) for each in periods]
        self.anchor.choices = [every, *(SelectChoice(key, name) for key, name in anchors.items())]
        if wijken:
            self.wijk.choices = [every, *(SelectChoice(code, name) for code, name in wijken.items())]
        else:
            del self.wijk, self.q
        self.category.choices = [every, *(SelectChoice(key, name) for key, name in categories.items())]
        codes = (SelectChoice(code, f"{code} {_(text)}") for code, text in EXCLUSION_TEXT.items())
        third = SelectChoice(THIRD, _("Niets hiervan: alleen D1"))
        self.exclusion.choices = [every, third, *codes]
