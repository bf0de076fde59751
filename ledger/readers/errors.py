"""What can be wrong with a file of purchase lines as a whole, and with the shape of a row."""

from cwb.kernel.errors import RuleBroken
from cwb.kernel.text import N_


class FileRefused(RuleBroken):
    """It was read, and is refused whole."""

    message = N_("Dit bestand is geweigerd. Er is niets opgeslagen.")


class NoRows(FileRefused):
    """A header and nothing else."""

    message = N_("Dit bestand heeft geen regels. Er is niets opgeslagen.")


class HeaderMissing(FileRefused):
    """No row that names the columns."""

    message = N_(
        "Geen regel noemt de kolommen, zoals “Leverancier”, “Factuurdatum” en “Bedrag”. Er is niets opgeslagen."
    )


class DateColumnMissing(FileRefused):
    """No column of dates, and no period was given."""

    message = N_("Geen kolom heeft datums. Geef de periode erbij. Er is niets opgeslagen.")


class FileCutOff(FileRefused):
    """The last row breaks off in the middle."""

    message = N_("Het bestand breekt af op regel %(row)s. Er is niets opgeslagen. Maak het opnieuw.")


class MostRowsFaulty(FileRefused):
    """More than half of the rows cannot be booked."""

    message = N_(
        "%(faulty)s van de %(rows)s regels zijn niet goed. Er is niets opgeslagen. Kloppen de kolommen?"
    )


class TotalsDiffer(FileRefused):
    """The file says another total than its rows make."""

    message = N_(
        "Het bestand noemt %(declared)s als totaal, de regels maken samen %(found)s. Er is niets opgeslagen."
    )


class OtherCurrency(FileRefused):
    """Amounts in another currency than the euro."""

    message = N_("Dit bestand is niet in euro. Reken de bedragen eerst om. Er is niets opgeslagen.")


class OtherPeriod(FileRefused):
    """Most rows lie outside the period that was asked."""

    message = N_("De meeste regels vallen buiten %(period)s. Er is niets opgeslagen.")


class BandedAmounts(FileRefused):
    """Classes of amounts instead of amounts."""

    message = N_(
        "Dit bestand heeft klassen in plaats van bedragen: samen tussen %(low)s en %(high)s. Een klasse is "
        "geen bedrag van een aankoop. Vraag de afzender om een bestand met per factuur de leverancier, de datum en het "
        "bedrag zonder btw. Wilt u alleen het deel lokaal van zo'n bestand weten? Dat rekent cwb spend bounds uit, met "
        "beide grenzen. Er is niets opgeslagen."
    )


class CellsExtra(RuleBroken):
    """More cells than columns: a separator inside a text moved the rest."""

    message = N_("Deze regel heeft meer vakken dan er kolommen zijn.")


class OutsidePeriod(RuleBroken):
    """A date outside the period that was asked."""

    message = N_("Deze datum valt buiten de gevraagde periode.")


class PayeeReports(RuleBroken):
    """A flag: who is paid is a buyer that hands in its own purchases, or the one that hands in here."""

    message = N_(
        "%(name)s levert zelf zijn inkoop aan. Betaalt u hier een andere grote koper? Geef dan code X6 op."
    )
