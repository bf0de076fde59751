"""Broken rules of invitations."""

from cwb.kernel.errors import Conflict, NotFound, RuleBroken
from cwb.kernel.text import N_


class InvitationUnknown(NotFound):
    """No such invitation, or not this organisation's."""

    message = N_("Deze uitnodiging bestaat niet of is vervangen. Kijk in uw laatste mail.")


class InvitationOver(RuleBroken):
    """Too old, withdrawn or accepted."""

    message = N_("Deze uitnodiging is verlopen of ingetrokken. Vraag een nieuwe aan uw organisatie.")


class InvitationDone(Conflict):
    """Withdrawing or sending what is over."""

    message = N_("Deze uitnodiging loopt niet meer. Er is niets veranderd.")


class InvitationWaits(RuleBroken):
    """The same address and role, still open."""

    message = N_("Dit adres is al uitgenodigd voor deze rol. U kunt de mail opnieuw sturen.")


class SentOftenEnough(RuleBroken):
    """Five letters for one invitation."""

    message = N_("Deze uitnodiging is vijf keer gemaild. Controleer het adres, of trek haar in.")


class NotYourInvitation(RuleBroken):
    """The link was sent to another address than that of the account that opened it."""

    message = N_("Deze uitnodiging ging naar een ander e-mailadres. Er is niets veranderd.")


class SignInToAccept(RuleBroken):
    """The invited address has an account; its owner signs in first."""

    message = N_("U heeft al een account. Log eerst in en open dan de link opnieuw.")
