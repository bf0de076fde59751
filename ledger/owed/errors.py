"""Why what is owed back after a credit note is not found."""

from cwb.kernel.errors import NotFound
from cwb.kernel.text import N_


class NothingOwed(NotFound):
    """No such invoice, it is between others, or nothing of it was ever owed back."""

    message = N_("Van deze factuur is niets terug te betalen, of u mag haar niet zien.")
