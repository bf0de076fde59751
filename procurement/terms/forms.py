"""The form of extensions."""

from typing import Any

from wtforms.validators import InputRequired, Optional

from cwb.web.forms import Form, NumberField
from cwb.web.i18n import _l
from procurement.terms import rules


class ExtensionForm(Form):
    """How often, how long, how early."""

    times = NumberField(
        _l("Hoe vaak kunt u verlengen?"),
        [InputRequired(_l("Vul dit in."))],
        places=0,
        largest=str(rules.MOST_TIMES),
    )
    months = NumberField(
        _l("Hoeveel maanden per keer?"), [Optional()], places=0, smallest="1", largest=str(rules.MOST_MONTHS)
    )
    notice_days = NumberField(
        _l("Hoeveel dagen voor het einde zegt u het?"), [Optional()], places=0, largest=str(rules.MOST_NOTICE)
    )

    def values(self) -> dict[str, Any]:
        """What `services.set_extensions` takes."""
        return {name: int(self[name].data or 0) for name in ("times", "months", "notice_days")}
