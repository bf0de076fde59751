"""Forms of looking up."""

from typing import Any

from flask_wtf.file import FileField, FileRequired
from wtforms import BooleanField
from wtforms.validators import InputRequired, Optional

from cwb.kernel.identifiers import BranchNumber, KvkNumber
from cwb.web.forms import DayField, Form, IdentifierField, TextField, optional, required
from cwb.web.i18n import _l
from ledger.extracts.rules import Branch, Extract


class RegisterFilters(Form):
    """What narrows the list; stands in the address."""

    class Meta:
        csrf = False

    q = TextField(_l("Naam of KvK-nummer"), optional())


class NumberForm(Form):
    """Which number to look up."""

    kvk_number = IdentifierField(_l("KvK-nummer"), required(20), kind=KvkNumber)


class FileForm(Form):
    """A register's file, when it was made, and where it comes from."""

    file = FileField(_l("CSV-bestand van het register"), [FileRequired(_l("Kies een bestand."))])
    looked_up_on = DayField(_l("Gemaakt op"), [Optional()])
    source = TextField(_l("Waar komt het bestand vandaan?"), required(200))

    def values(self) -> dict[str, Any]:
        """Its name, its bytes, its day and its source."""
        return {
            "file_name": self.file.data.filename or "", "content": self.file.data.read(),
            "looked_up_on": self.looked_up_on.data, "source": self.source.data,
        }  # fmt: skip


class ExtractForm(Form):
    """An official extract, as two people saw it."""

    kvk_number = IdentifierField(_l("KvK-nummer"), required(20), kind=KvkNumber)
    name = TextField(_l("Naam in het register"), required(200))
    trade_names = TextField(_l("Andere handelsnamen"), optional(500))
    legal_form = TextField(_l("Rechtsvorm"), optional())
    natural_person = BooleanField(_l("Dit is een eenmanszaak of een persoon"))
    branch_number = IdentifierField(_l("Vestigingsnummer"), optional(), kind=BranchNumber)
    street = TextField(_l("Straat"), optional())
    house_number = TextField(_l("Huisnummer"), optional(20))
    postcode = TextField(_l("Postcode"), required(20))
    city = TextField(_l("Plaats"), optional())
    country = TextField(_l("Land, twee letters"), required(2), default="NL")
    started_on = DayField(_l("Begin van de vestiging"), [InputRequired(_l("Vul dit in."))])
    from_on = DayField(_l("Op dit adres sinds"), [Optional()])
    ended_on = DayField(_l("Opgeheven op"), [Optional()])
    looked_up_on = DayField(_l("Datum van het uittreksel"), [InputRequired(_l("Vul dit in."))])

    def extract(self) -> Extract:
        """What it says.

        Raises:
            RuleBroken: a name, text or day that cannot be.
        """
        since = self.from_on.data or self.started_on.data
        return Extract(
            kvk_number=self.kvk_number.data, name=self.name.data, legal_form=self.legal_form.data or "",
            trade_names=tuple(each.strip() for each in (self.trade_names.data or "").split("|") if each.strip()),
            natural_person=self.natural_person.data, started_on=None, ended_on=self.ended_on.data,
            dated=self.from_on.data is not None,
            branches=(
                Branch(
                    number=self.branch_number.data, main=True, started_on=min(self.started_on.data, since),
                    from_on=since, street=self.street.data or "", house_number=self.house_number.data or "",
                    postcode=self.postcode.data, city=self.city.data or "", country=self.country.data.upper(),
                ),
            ),
        )  # fmt: skip
