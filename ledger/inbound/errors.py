"""What is wrong with an electronic invoice from outside. `rule` is the name its makers gave the rule."""

from cwb.kernel.errors import RuleBroken
from cwb.kernel.text import N_


class DocumentUnreadable(RuleBroken):
    """No XML, or no invoice."""

    message = N_("Dit bestand is geen e-factuur (UBL). Vraag de leverancier om het UBL-bestand.")


class DocumentDangerous(RuleBroken):
    """XML with a document type, or nested without end."""

    message = N_("In dit bestand staat iets dat kwaad kan. Wij hebben het niet gelezen.")


class DocumentTooLarge(RuleBroken):
    """More than anybody reads."""

    message = N_("Dit bestand is te groot: hoogstens %(most)s MB en 2.000 regels.")


class FactMissing(RuleBroken):
    """Something every invoice holds."""

    message = N_("%(what)s ontbreekt (%(rule)s).")


class FactUnreadable(RuleBroken):
    """A day or an amount that is none."""

    message = N_("%(what)s is niet te lezen (%(rule)s).")


class SumWrong(RuleBroken):
    """Amounts that do not add up."""

    message = N_("%(what)s klopt niet: er staat %(found)s, het moet %(wanted)s zijn (%(rule)s).")


class KindRefused(RuleBroken):
    """Neither an invoice nor a credit note."""

    message = N_("Wij lezen facturen en creditfacturen (soort 380 en 381). Dit is soort %(kind)s.")


class CurrencyRefused(RuleBroken):
    """Not in euro."""

    message = N_("Deze factuur is in %(currency)s. Wij boeken alleen euro's.")


class RateUnknown(RuleBroken):
    """VAT that the Dutch law of that day does not know."""

    message = N_(
        "Btw van %(percent)s%% (%(category)s) kennen wij niet op die dag. Boek deze met uw boekhouder."
    )


class PrepaidRefused(RuleBroken):
    """Part of it was paid ahead."""

    message = N_("Deze factuur verrekent een voorschot. Dat lezen wij nog niet. Boek deze met uw boekhouder.")


class NumberWrong(RuleBroken):
    """A number with a wrong digit."""

    message = N_("%(what)s klopt niet: controleer elk cijfer.")


class NotForUs(RuleBroken):
    """Addressed to somebody else."""

    message = N_("Deze factuur is aan een ander gericht: %(name)s.")
