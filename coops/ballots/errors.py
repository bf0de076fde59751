"""What a vote about local money refuses. Nothing was counted, paid or changed when one of these is raised."""

from cwb.kernel.errors import Conflict, Forbidden, NotFound, RuleBroken
from cwb.kernel.text import N_


class BallotUnknown(NotFound):
    """No such vote."""

    message = N_("Deze stemming is er niet.")


class NotResident(Forbidden):
    """The address was not checked, or too long ago."""

    message = N_("Laat eerst bij het programma zien dat u hier woont. Daarna doet u mee.")


class OneAtATime(RuleBroken):
    """One running proposal of a person."""

    message = N_("Over een voorstel van u wordt al gestemd. Wacht op de uitslag.")


class AmountWrong(RuleBroken):
    """Below a euro, or more than the fund holds."""

    message = N_("Vraag minstens € 1 en niet meer dan er is: %(there)s.")


class TermWrong(RuleBroken):
    """A term that is too short or too long."""

    message = N_("Kies van %(least)s tot en met %(most)s dagen.")


class TooFewVoters(RuleBroken):
    """So few may vote that the vote would not be secret."""

    message = N_("Nog te weinig mensen mogen stemmen. Er zijn er minstens %(least)s nodig.")


class NoFund(RuleBroken):
    """An instrument without fees has no fund."""

    message = N_("Bij dit geld hoort geen fonds.")


class DecidedAlready(Conflict):
    """The rules have their vote, or were adopted."""

    message = N_("Over deze regels is al beslist of wordt al gestemd.")


class StartsTooSoon(RuleBroken):
    """The rules would begin within the notice after the vote."""

    message = N_("Deze regels beginnen te snel na de stemming. Stel ze voor met een latere dag.")


class BallotClosed(Conflict):
    """Voting is over."""

    message = N_("De stemming is voorbij. Er is niets geteld.")


class NotOnRoll(Forbidden):
    """Who may vote was fixed when the vote opened."""

    message = N_("U staat niet op de lijst van deze stemming. Die lag vast bij het begin.")


class VotedBefore(Conflict):
    """One person, one vote."""

    message = N_("U stemde al. Er is niets dubbel geteld.")


class NotYours(Forbidden):
    """Only who proposed it, or the programme."""

    message = N_("Alleen wie het voorstelde of het programma trekt het in.")


class NotCarried(RuleBroken):
    """There is no yes."""

    message = N_("Dit voorstel is niet aangenomen. Er is niets gedaan.")


class VoteDiffers(RuleBroken):
    """A vote was held here, so no other result of it counts."""

    message = N_(
        "Over deze regels is hier een stemming: %(number)s. Alleen die uitslag telt. Neem hem daar over."
    )


class PaidBefore(Conflict):
    """Once is enough."""

    message = N_("Dit is al betaald. Er is niets dubbel betaald.")


class AnotherPays(Forbidden):
    """Who proposed it does not pay it."""

    message = N_("U stelde dit zelf voor. Een ander betaalt het.")


class SimulationOver(RuleBroken):
    """A vote of the simulation, after the money became real."""

    message = N_("Deze stemming was van de simulatie. Die is voorbij. Er is niets betaald.")
