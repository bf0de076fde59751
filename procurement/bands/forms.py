"""Own bands as a form."""

from wtforms import SelectField
from wtforms.validators import InputRequired
from wtforms.validators import Optional as MayStayEmpty

from coops.register.forms import options
from cwb.kernel.clock import local_date, now
from cwb.web.forms import NAME, DayField, Form, MoneyField, TextField, required
from cwb.web.i18n import _l
from procurement.bands.rules import BandFacts

KINDS = {"services": _l("Diensten en leveringen"), "works": _l("Werken")}


class BandForm(Form):
    """Up to where one quote is asked, and up to where several are invited."""

    kind = SelectField(_l("Waarvoor?"), [InputRequired(_l("Kies een soort."))])
    valid_from = DayField(_l("Vanaf welke dag?"), [InputRequired(_l("Vul dit in."))])
    single_below = MoneyField(
        _l("Eén offerte vragen onder, in euro zonder btw"),
        [InputRequired(_l("Vul dit in."))],
        smallest="0.01",
    )
    invited_below = MoneyField(
        _l("Meerdere uitnodigen onder, in euro zonder btw"), [MayStayEmpty()], smallest="0.01"
    )
    source = TextField(_l("Waar staat dit?"), required(NAME))

    def facts(self) -> BandFacts:
        """What `services.enter_band` takes."""
        single, invited = self.single_below.data, self.invited_below.data
        return BandFacts(
            self.kind.data or "", self.valid_from.data or local_date(now()), single.minor if single else 0,
            invited.minor if invited else None, self.source.data or "",
        )  # fmt: skip


def band_form() -> BandForm:
    """The form with its kinds."""
    form = BandForm()
    form.kind.choices = options(KINDS, _l("Kies"))
    return form
