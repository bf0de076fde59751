"""Why money ahead waits for a file of transfers."""

from cwb.kernel.errors import Conflict
from cwb.kernel.text import N_


class InvoiceInFile(Conflict):
    """The invoice is in an open file: set off now, it would be paid twice."""

    message = N_(
        "Factuur %(number)s staat in een open betaalbestand. Zij zou twee keer betaald worden. Sluit dat eerst af."
    )


class PaybackInFile(Conflict):
    """The repayment is in an open file."""

    message = N_("Deze terugbetaling staat in een open betaalbestand. Sluit dat eerst af.")
