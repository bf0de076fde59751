"""What can be wrong with an answer to a question about money."""

from cwb.kernel.errors import Conflict, NotFound, RuleBroken
from cwb.kernel.text import N_


class FlagGone(NotFound):
    """Nothing of that kind stands out any more."""

    message = N_("Dit valt niet meer op in deze periode. Er is niets op te schrijven.")


class PassedAgain(RuleBroken):
    """The same subcontractor, buyer, quarter and amount were declared before, and nobody said that this is another."""

    message = N_(
        "Dit gaf u al op, op %(on)s: zelfde onderaannemer, koper, kwartaal en bedrag. Is dit een ander bedrag? Zet dan "
        "het vinkje. Er is niets opgeslagen."
    )


class OutcomeInvalid(RuleBroken):
    """An outcome that is none of the list."""

    message = N_("Kies wat eruit kwam.")


class PaperUnknown(NotFound):
    """No such paper, or somebody else's."""

    message = N_("Dit stuk is er niet.")


class PaperKindRefused(RuleBroken):
    """A file that is no PDF and no photo."""

    message = N_("Kies een PDF of een foto (JPEG of PNG). Er is niets opgeslagen.")


class PapersEnough(RuleBroken):
    """More papers with one amount than anybody reads."""

    message = N_("Er staan al %(most)s stukken bij. Dit is niet opgeslagen. Haal eerst een ander weg.")


class PaperFixed(Conflict):
    """Somebody looked, so what the judgement rests on stays as it is."""

    message = N_("Dit is al nagekeken of ingetrokken. De stukken blijven zoals ze zijn.")


class PassedWithoutPaper(RuleBroken):
    """Nothing that can be read again."""

    message = N_(
        "Er is geen stuk bij, dus dit telt niet mee. Vraag de leverancier om de factuur of het contract."
    )
