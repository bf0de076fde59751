"""Why a draft does not go on yet."""

from cwb.kernel.errors import NotFound, RuleBroken
from cwb.kernel.text import N_


class FindingUnknown(NotFound):
    """The draft has no such finding now: the text changed, or it never had."""

    message = N_("Dit aandachtspunt bestaat niet (meer). De tekst is veranderd. Er is niets opgeslagen.")


class AnswerMissing(RuleBroken):
    """An answer is a reason in words."""

    message = N_("Schrijf waarom dit zo mag. Een paar woorden is te weinig.")


class CounselOpen(RuleBroken):
    """A finding still waits for an answer."""

    message = N_(
        "Er staan nog %(num)s aandachtspunten open. Verander de tekst, of schrijf waarom het zo mag."
        " Uw concept is bewaard."
    )
