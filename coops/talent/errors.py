"""What putting oneself forward refuses."""

from cwb.kernel.errors import Conflict, NotFound, RuleBroken
from cwb.kernel.text import N_


class NameMissing(RuleBroken):
    """A name one chose oneself."""

    message = N_("Schrijf hoe wij u mogen noemen. Uw eigen naam hoeft niet.")


class ContactMissing(RuleBroken):
    """One way to be reached."""

    message = N_("Schrijf één manier om u te bereiken: e-mail of telefoon.")


class SkillMissing(RuleBroken):
    """Some kind of work."""

    message = N_("Kies minstens één soort werk.")


class HoursInvalid(RuleBroken):
    """As many hours as a week of work has."""

    message = N_("Vul 1 tot 60 uur per week in, of laat het leeg.")


class ConsentMissing(RuleBroken):
    """Nothing is kept without a yes."""

    message = N_("Zet een vinkje. Zonder uw toestemming bewaren wij niets.")


class ProfileMissing(NotFound):
    """Nothing about this person is here."""

    message = N_("U hebt uzelf nog niet aangemeld, of alles is al gewist.")


class InitiativeClosed(Conflict):
    """The initiative ended."""

    message = N_("Dit initiatief is gestopt. Er is niets gedeeld.")


class NotSure(RuleBroken):
    """Erasing without saying so."""

    message = N_("Zet een vinkje. Wissen kan niet worden teruggedraaid.")
