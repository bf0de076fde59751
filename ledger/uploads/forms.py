"""Handing in a file, and saying which column holds what."""

from collections.abc import Mapping
from typing import Any

from flask_wtf.file import FileField, FileRequired
from werkzeug.datastructures import FileStorage
from wtforms import RadioField, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from cwb.web.forms import Form, PlainForm, TextField, optional, required
from cwb.web.i18n import _, _l, translated
from ledger.columns.rules import ColumnMap
from ledger.headings.rules import FIELDS
from ledger.uploads.gateway import packed


def column_name(label: str, *, is_own: bool = True) -> str:
    """A column as people read it: its own name, its number where it has none, or our name for it where it is ours."""
    if not is_own:
        return translated(FIELDS[label]) if label in FIELDS else label
    number = label.removeprefix("#")
    return _("kolom %(num)s", num=number) if number != label and number.isdecimal() else label


class UploadForm(Form):
    """One file, or several invoices."""

    file = FileField(_l("Bestand"), [FileRequired(_l("Kies een bestand."))], render_kw={"multiple": True})

    def values(self) -> dict[str, Any]:
        """Its name and its content, to be read from the start; of several, those of a zip with all of them."""
        files = [each for each in self.file.raw_data if isinstance(each, FileStorage) and each]
        chosen = [(each.filename or "", each.stream) for each in files]
        (name, content), further = chosen[0], len(chosen) - 1
        if further:
            return {"file_name": f"{name[:150]} + {further}.zip", "content": packed(chosen)}
        return {"file_name": name, "content": content}


class DiscardForm(Form):
    """Whose waiting files go."""

    whose = RadioField(
        _l("Welke bestanden?"),
        [InputRequired(_l("Maak een keuze."))],
        choices=[
            SelectChoice("mine", _l("Alleen die van mij")),
            SelectChoice("all", _l("Alle, ook die van mijn collega’s")),
        ],
    )

    def values(self) -> dict[str, Any]:
        """What the service takes."""
        return {"of_colleagues": self.whose.data == "all"}


class ProfileForm(Form):
    """A name to remember a mapping by."""

    name = TextField(_l("Naam van deze indeling"), required(60))

    def values(self) -> dict[str, Any]:
        """The name."""
        return {"name": self.name.data or ""}


class ColumnsForm(PlainForm):
    """Which column holds what, and what the file itself does not say; stands in the address."""

    period = TextField(_l("Periode, als er geen datum in staat (zoals 2026-Q3)"), optional())
    mark = SelectField(_l("Teken voor de centen"), validate_choice=False)
    order = SelectField(_l("Volgorde in een datum"), validate_choice=False)
    turned = SelectField(_l("Wat is een aankoop?"), validate_choice=False)

    @classmethod
    def of(cls, labels: Mapping[str, str], chosen: ColumnMap, arguments: Any) -> "ColumnsForm":
        """The form for a file with these columns and their names, filled from the address or else from a mapping."""
        nothing = SelectChoice("", _("staat er niet in"))
        fields: Mapping[str, Any] = {
            field: SelectField(
                translated(label),
                validate_choice=False,
                choices=[nothing, *(SelectChoice(each, name) for each, name in labels.items())],
                default=chosen.fields.get(field, ""),
            )
            for field, label in FIELDS.items()
        }
        made: ColumnsForm = type("FileColumns", (cls,), {f"c_{name}": each for name, each in fields.items()})(
            arguments if any(each.startswith("c_") for each in arguments) else None,
            mark=chosen.mark, order=chosen.order, turned="credit" if chosen.credit_is_purchase else "",
        )  # fmt: skip
        self_said = SelectChoice("", _("zoek het zelf uit"))
        made.mark.choices = [
            self_said,
            SelectChoice(",", _("komma (1.250,00)")),
            SelectChoice(".", _("punt (1,250.00)")),
        ]
        made.order.choices = [
            self_said,
            SelectChoice("dmy", _("dag eerst (31-12-2026)")),
            SelectChoice("mdy", _("maand eerst (12/31/2026)")),
        ]
        made.turned.choices = [
            SelectChoice("", _("debet is een aankoop")),
            SelectChoice("credit", _("credit is een aankoop")),
        ]
        return made

    def map(self) -> ColumnMap:
        """What was chosen.

        Raises:
            ColumnTwice, MappingInvalid: it cannot be.
        """
        return ColumnMap(
            {name: self[f"c_{name}"].data for name in FIELDS if self[f"c_{name}"].data},
            self.mark.data or "", self.order.data or "", self.turned.data == "credit",
        )  # fmt: skip
