"""What a commitment refuses."""

from cwb.kernel.errors import Conflict, NotFound, RuleBroken
from cwb.kernel.text import N_


class CommitmentNotFound(NotFound):
    """No such commitment, or another anchor's."""

    message = N_("Deze toezegging bestaat niet, of is van een andere organisatie.")


class WhatMissing(RuleBroken):
    """A commitment says what."""

    message = N_("Schrijf waar het over gaat.")


class AwardPromised(RuleBroken):
    """Who is given the work is decided by a procedure, not by a promise."""

    message = N_(
        "U schrijft “%(word)s”. Werk gunnen kan niet met een toezegging. Zeg dat u publiceert, uitnodigt of onderzoekt."
    )


class DueInvalid(RuleBroken):
    """A commitment lies ahead, at most two years."""

    message = N_("Kies een dag na vandaag, hooguit twee jaar vooruit.")


class ProofMissing(RuleBroken):
    """Kept is shown by something that everyone can look up."""

    message = N_("Schrijf waaraan iedereen dit kan zien. Bijvoorbeeld het nummer van de aanbesteding.")


class InvitationSecret(RuleBroken):
    """Who was invited stays secret until the award, so the quote is not named."""

    message = N_(
        "Wie is uitgenodigd, blijft geheim tot de gunning. Noem %(number)s hier niet. "
        "Schrijf bijvoorbeeld wanneer u de uitnodiging stuurde."
    )


class ReasonMissing(RuleBroken):
    """Who withdraws says why: people counted on it."""

    message = N_("Schrijf waarom. Mensen rekenden hierop.")


class CommitmentClosed(Conflict):
    """It was kept or withdrawn already."""

    message = N_("Deze toezegging is al afgerond. Er is niets veranderd.")
