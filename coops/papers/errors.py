"""What is refused around papers."""

from cwb.kernel.errors import NotFound, RuleBroken
from cwb.kernel.text import N_


class PaperNotFound(NotFound):
    """No such paper, or not for this reader: the answer is the same."""

    message = N_("Dit stuk is er niet.")


class TooManyPapers(RuleBroken):
    """More papers than anybody reads."""

    message = N_("U hebt al %(most)s stukken. Dit is niet opgeslagen. Haal eerst een ander weg.")


class PaperUsed(RuleBroken):
    """Something stands on it: a judgement, a step, a statement of wages."""

    message = N_("Op dit stuk rust iets. Daarom blijft het staan. Voeg een nieuw stuk toe.")
