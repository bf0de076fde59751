"""The confirmation of a relative method."""

from typing import Any

from wtforms import BooleanField
from wtforms.fields import HiddenField
from wtforms.validators import InputRequired

from cwb.web.forms import Form
from cwb.web.i18n import _l


class CautionForm(Form):
    """What was shown, and whether it is understood."""

    digest = HiddenField(validators=[InputRequired()])
    is_understood = BooleanField(_l("Ik zag de proef. Ik begrijp dat een verliezer kan bepalen wie wint."))

    def values(self) -> dict[str, Any]:
        """What `services.confirm_method` takes."""
        return {"digest": self.digest.data, "is_understood": bool(self.is_understood.data)}
