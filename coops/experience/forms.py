"""The form of an earlier job."""

from typing import Any

from wtforms import SelectField
from wtforms.validators import InputRequired
from wtforms.validators import Optional as MayStayEmpty

from coops.experience.models import EarlierJob, FinancialMeans
from coops.experience.rules import JobFacts, MeansFacts
from coops.needs.gateway import cpv_choices
from coops.register.forms import options
from cwb.kernel.clock import local_date, now
from cwb.kernel.money import Money
from cwb.web.forms import (
    NAME,
    SHORT,
    DayField,
    MoneyField,
    NumberField,
    SentenceField,
    TextField,
    VersionedForm,
    optional,
    required,
)
from cwb.web.i18n import _l

MUST = [InputRequired(_l("Vul dit in."))]


class JobForm(VersionedForm):
    """One earlier job."""

    title = SentenceField(_l("Welk werk deed u?"), required(NAME))
    client = SentenceField(_l("Voor welke organisatie?"), required(NAME))
    value = MoneyField(_l("Waarde van het hele werk, in euro zonder btw"), MUST, smallest="0.01")
    cpv = SelectField(_l("Wat voor werk was het?"), [InputRequired(_l("Kies een soort."))])
    starts_on = DayField(_l("Begonnen op"), MUST)
    ends_on = DayField(_l("Klaar op"), [MayStayEmpty()])
    place = SentenceField(_l("Waar?"), optional(NAME))
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


class MeansForm(VersionedForm):
    """Turnover of three years, and the insurance."""

    book_year = NumberField(_l("Laatste boekjaar dat af is"), MUST, places=0, smallest="2000", largest="2999")
    turnover_0 = MoneyField(_l("Omzet in dat jaar, in euro zonder btw"), [MayStayEmpty()])
    turnover_1 = MoneyField(_l("Omzet een jaar eerder"), [MayStayEmpty()])
    turnover_2 = MoneyField(_l("Omzet twee jaar eerder"), [MayStayEmpty()])
    insured = MoneyField(_l("Hoeveel dekt uw aansprakelijkheidsverzekering per keer?"), [MayStayEmpty()])
    insured_until = DayField(_l("Tot welke dag loopt die verzekering?"), [MayStayEmpty()])

    def __init__(self, *args: Any, means: FinancialMeans | None = None, **kwargs: Any) -> None:
        data: dict[str, Any] = {"book_year": local_date(now()).year - 1, "version": "0"}
        if means is not None:
            amounts = {"insured": means.insured_minor}
            amounts |= {f"turnover_{place}": each for place, each in enumerate(means.facts.turnovers)}
            data = {name: None if each is None else Money(each) for name, each in amounts.items()}
            data |= {
                "book_year": means.book_year,
                "insured_until": means.insured_until,
                "version": str(means.version),
            }
        super().__init__(*args, data=data, **kwargs)

    def facts(self) -> MeansFacts:
        """What was typed."""
        amounts = [
            None if field.data is None else field.data.minor
            for field in (self.turnover_0, self.turnover_1, self.turnover_2, self.insured)
        ]
        return MeansFacts(
            int(self.book_year.data or 0), tuple(amounts[:3]), amounts[3], self.insured_until.data
        )  # fmt: skip
