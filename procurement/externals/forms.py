"""Forms of contracts made elsewhere."""

from typing import Any

from flask_wtf.file import FileField, FileRequired
from wtforms import TextAreaField
from wtforms.validators import InputRequired, Optional

from cwb.kernel.identifiers import Cpv, KvkNumber
from cwb.kernel.money import Money
from cwb.web.forms import (
    NAME,
    SHORT,
    DayField,
    Form,
    IdentifierField,
    MoneyField,
    PlainForm,
    TextField,
    many_lines,
    optional,
    required,
)
from cwb.web.i18n import _l
from procurement.externals.rules import Facts

MUST = [InputRequired(_l("Vul dit in."))]


class ExternalForm(Form):
    """One contract."""

    title = TextField(_l("Waar gaat het contract over?"), required(NAME))
    supplier_name = TextField(_l("Naam van de leverancier"), required(NAME))
    supplier_kvk = IdentifierField(_l("KvK-nummer van de leverancier"), [Optional()], kind=KvkNumber)
    value = MoneyField(_l("Waarde over de hele looptijd, zonder btw"), MUST)
    starts_on = DayField(_l("Vanaf"), MUST)
    ends_on = DayField(_l("Tot en met"), MUST)
    cpv = IdentifierField(_l("CPV-code"), [Optional()], kind=Cpv)
    reference = TextField(_l("Uw eigen kenmerk"), optional(SHORT))
    tenderned_number = TextField(_l("Nummer op TenderNed"), optional(12))
    published_on = DayField(_l("Gepubliceerd op TenderNed op"), [Optional()])

    def facts(self) -> Facts:
        """The contract as typed."""
        return Facts(
            self.title.data or "", self.supplier_name.data or "", self.value.data or Money(0), self.starts_on.data,
            self.ends_on.data, self.supplier_kvk.data or None, self.cpv.data or None, self.reference.data or "",
            self.tenderned_number.data or "", self.published_on.data,
        )  # fmt: skip


class FileForm(Form):
    """One CSV."""

    file = FileField(_l("CSV-bestand"), [FileRequired(_l("Kies een bestand."))])

    def values(self) -> dict[str, Any]:
        """Its name and its bytes."""
        return {"file_name": self.file.data.filename or "", "content": self.file.data.read()}


class WithdrawForm(Form):
    """Why it goes off the list."""

    reason = TextAreaField(_l("Waarom gaat dit van de lijst?"), required(2000), filters=[many_lines])


class ExternalFilter(PlainForm):
    """What narrows the list."""

    text = TextField(_l("Zoek op woord, nummer of leverancier"), [Optional()])
