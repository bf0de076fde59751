"""The form of an earlier job."""

from typing import Any

from wtforms import SelectField
from wtforms.fields import HiddenField
from wtforms.validators import InputRequired
from wtforms.validators import Optional as MayStayEmpty

from coops.experience.models import EarlierJob
from coops.experience.rules import JobFacts
from coops.needs.gateway import cpv_choices
from coops.register.forms import options, version_of
from cwb.kernel.clock import local_date, now
from cwb.kernel.money import Money
from cwb.web.forms import (
    NAME,
    SHORT,
    DayField,
    Form,
    MoneyField,
    TextField,
    optional,
    required,
)
from cwb.web.i18n import _l

MUST = [InputRequired(_l("Vul dit in."))]


class DropForm(Form):
    """A button."""


class JobForm(Form):
    """One earlier job."""

    version = HiddenField()
    title = TextField(_l("Welk werk deed u?"), required(NAME))
    client = TextField(_l("Voor welke organisatie?"), required(NAME))
    value = MoneyField(_l("Waarde van het hele werk, in euro zonder btw"), MUST, smallest="0.01")
    cpv = SelectField(_l("Wat voor werk was het?"), [InputRequired(_l("Kies een soort."))])
    starts_on = DayField(_l("Begonnen op"), MUST)
    ends_on = DayField(_l("Klaar op"), [MayStayEmpty()])
    place = TextField(_l("Waar?"), optional(NAME))
    contact = TextField(_l("Wie kan dit bevestigen?"), optional(SHORT))

    def __init__(self, *args: Any, job: EarlierJob | None = None, **kwargs: Any) -> None:
        data: dict[str, Any] = {}
        if job is not None:
            fields = ("title", "client", "cpv", "starts_on", "ends_on", "place", "contact")
            data = {name: getattr(job, name) for name in fields}
            data |= {"value": Money(job.value_minor), "version": str(job.version)}
        super().__init__(*args, data=data or None, **kwargs)
        names = {str(each.code): each.name for each in cpv_choices()}
        if job is not None:
            names.setdefault(job.cpv, job.cpv)
        self.cpv.choices = options(names, _l("Kies"))

    def facts(self) -> JobFacts:
        """The job as typed."""
        value = self.value.data
        return JobFacts(
            self.title.data or "", self.client.data or "", value.minor if value else 0, self.cpv.data or "",
            self.starts_on.data or local_date(now()), self.ends_on.data, self.place.data or "", self.contact.data or "",
        )  # fmt: skip

    def seen(self) -> int:
        """The version that this page was made from."""
        return version_of(self.version.data) or 0
