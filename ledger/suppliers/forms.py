"""Forms of suppliers."""

from typing import Any

from wtforms import RadioField, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Optional

from cwb.web.forms import DayField, Form, NumberField, TextField, optional, required
from cwb.web.i18n import _l
from ledger.suppliers.rules import GRADES, KINDS


class SupplierFilters(Form):
    """What narrows the list of suppliers; stands in the address."""

    class Meta:
        csrf = False

    q = TextField(_l("Naam of KvK-nummer"), optional())
    state = SelectField(
        _l("Toon"),
        choices=[
            SelectChoice("", _l("Alle leveranciers")),
            SelectChoice("open", _l("Nog niet gevonden")),
        ],
        validate_choice=False,
    )


class EvidenceForm(Form):
    """What was found about where a supplier is."""

    kind = RadioField(
        _l("Waarvan is dit bewijs?"), choices=[SelectChoice(k, _l(t)) for k, t in KINDS.items()]
    )
    grade = RadioField(
        _l("Hoe sterk is het bewijs?"), choices=[SelectChoice(str(k), _l(t)) for k, t in GRADES.items() if k]
    )
    street = TextField(_l("Straat"), optional())
    house_number = TextField(_l("Huisnummer"), optional(20))
    postcode = TextField(_l("Postcode"), required(20))
    country = TextField(_l("Land, twee letters"), required(2), default="NL")
    contract_reference = TextField(_l("Contractnummer"), optional())
    worker_count = NumberField(_l("Hoeveel mensen werken daar?"), [Optional()], places=0, largest="1000000")
    valid_from = DayField(_l("Op dit adres sinds"), [Optional()])
    obtained_on = DayField(_l("Nagekeken op"), [Optional()])
    source = TextField(_l("Waar staat dit?"), required(300))

    def values(self) -> dict[str, Any]:
        """The facts as the service takes them."""
        workers = self.worker_count.data
        return {
            "kind": self.kind.data, "grade": int(self.grade.data), "street": self.street.data or "",
            "house_number": self.house_number.data or "", "postcode": self.postcode.data,
            "country": self.country.data.upper(), "contract_reference": self.contract_reference.data or "",
            "worker_count": None if workers is None else int(workers),
            "valid_from": self.valid_from.data, "obtained_on": self.obtained_on.data, "source": self.source.data,
        }  # fmt: skip
