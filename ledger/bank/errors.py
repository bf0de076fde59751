"""Why a statement is not taken in, why an entry waits, and why a decision on it does not hold: nothing has changed."""

from collections.abc import Mapping

from cwb.kernel.errors import Conflict, NotFound, RuleBroken
from cwb.kernel.text import N_


class EntryUnknown(NotFound):
    """No such entry, or another's."""

    message = N_("Deze boeking is er niet, of u mag haar niet zien.")


class StatementUnknown(NotFound):
    """No such statement, or another's."""

    message = N_("Dit afschrift is er niet, of u mag het niet zien.")


class AccountTaken(RuleBroken):
    """Somebody has this account here already."""

    message = N_("Deze rekening staat hier al. Is zij van u? Vraag het aan het programma.")


class AccountOfOther(RuleBroken):
    """A statement of an account that is not this organisation's."""

    message = N_(
        "Dit afschrift is van rekening %(account)s. Die staat niet bij uw organisatie. Er is niets opgeslagen."
    )


class StatementRefused(RuleBroken):
    """The file cannot be trusted; the faults say where."""

    message = N_("Dit afschrift klopt niet. Er is niets opgeslagen. Eerste fout, regel %(line)s: %(fault)s")


class OpeningDiffers(RuleBroken):
    """A statement that does not go on where the last one ended."""

    message = N_(
        "Het beginsaldo van dit afschrift is %(opening)s. Het vorige eindigde op %(expected)s. Er mist een afschrift, "
        "of het is een ander bestand. Er is niets opgeslagen."
    )


class NoOpeningGap(Conflict):
    """Bank and books differ by nothing, or by more than what was there before the first statement."""

    message = N_(
        "Er is geen beginsaldo om te boeken, of er is nog een ander verschil. Er is niets veranderd."
    )


class NothingInFile(RuleBroken):
    """A file without a statement."""

    message = N_("Er staat geen afschrift in dit bestand. Er is niets opgeslagen.")


class ToldByOther(Conflict):
    """The other's bank told of it, and it is booked in the books of both: once more would be twice."""

    message = N_("De bank van de ander meldde dit geld al, en het staat in uw boeken. Kies “Zoek opnieuw”.")


class NotOpen(Conflict):
    """Somebody decided on the entry before."""

    message = N_("Deze boeking is al verwerkt. Er is niets veranderd.")


class OtherCurrency(RuleBroken):
    """Not in euro."""

    message = N_("Deze boeking is in %(currency)s. Wij boeken alleen euro's.")


class AccountOfNobody(RuleBroken):
    """Nobody said whose the account is."""

    message = N_("Van wie deze rekening is, is nog niet bekend.")


class NoInvoiceFits(RuleBroken):
    """Nothing says what the entry is for."""

    message = N_("Wij vonden geen factuur bij deze boeking.")


class NotSure(RuleBroken):
    """There is a suggestion, and a person decides."""

    message = N_("Wij denken te weten welke factuur dit is, maar zijn niet zeker.")


class OtherPayee(RuleBroken):
    """The invoice is right, the account that the money went to is not the seller's."""

    message = N_(
        "Het geld ging naar een andere rekening dan op factuur %(number)s staat. Klopt de ontvanger? Bel de "
        "leverancier op een nummer dat u al kende. Boek pas daarna."
    )


class NothingOpen(RuleBroken):
    """The invoice it names is paid already."""

    message = N_("Factuur %(number)s is al betaald. Is dit dubbel betaald?")


class NotThisInvoice(RuleBroken):
    """An invoice between others, or one on which nothing is open this way."""

    message = N_("Op deze factuur staat niets open dat bij deze boeking past.")


class ReasonMissing(RuleBroken):
    """Left without saying why."""

    message = N_("Schrijf op waarom u deze boeking laat liggen.")


class ToleranceWrong(RuleBroken):
    """A difference below zero or beyond sense."""

    message = N_("Vul een bedrag in van 0 tot 10 euro.")


class NobodyWithNumber(NotFound):
    """No organisation has this KvK number."""

    message = N_("Geen organisatie hier heeft dit KvK-nummer.")


FAULTS: Mapping[str, str] = {
    "OtherCurrency": N_("Niet in euro"),
    "NoInvoiceFits": N_("Geen factuur gevonden"),
    "NotSure": N_("Er is een voorstel"),
    "NothingOpen": N_("De factuur is al betaald"),
    "OtherPayee": N_("Naar een andere rekening"),
    "AlreadyPaid": N_("De factuur is al betaald"),
    "NotPayable": N_("De factuur is nog niet goedgekeurd"),
    "PaidInFuture": N_("De dag ligt in de toekomst"),
    "PaidBeforeInvoice": N_("De dag ligt voor de factuur"),
    "PeriodClosed": N_("De maand is afgesloten in de boeken"),
    "LooksDouble": N_("Deze betaling staat er al"),
    "DebitUnclear": N_("Incasso: het bedrag wijkt af"),
    "DebitNotSeen": N_("Teruggehaald, maar nog niet ontvangen"),
    "DebitStands": N_("De incasso is al geboekt"),
    "AccountOfNobody": N_("Van wie de rekening is, is niet bekend"),
}
"""Why an entry waits, in a few words, by the name of the refusal."""
OTHER_FAULT = N_("Boeken lukte niet")
