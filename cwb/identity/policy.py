"""Who may do what with organisations and their people."""

from cwb.identity import rules
from cwb.identity.models import Organisation
from cwb.kernel.policy import HELPERS, SIGNED_IN, Action, Actor, Role

SEE_ORGANISATION = Action("organisation.see", SIGNED_IN)
CHANGE_ORGANISATION = Action.of("organisation.change", Role.PURCHASER, Role.BOARD, Role.ADMINISTRATOR)
CHANGE_IBAN = Action.of("organisation.change_iban", Role.PURCHASER, Role.BOARD, Role.ADMINISTRATOR)
ADMIT_ORGANISATION = Action.of("organisation.admit", Role.ADMINISTRATOR)
LIST_ORGANISATIONS = Action.of("organisation.list", Role.ADMINISTRATOR, Role.PROGRAMME, Role.AUDITOR)
SEE_PEOPLE = Action("people.see", frozenset(Role) - HELPERS - {Role.RESIDENT})
MANAGE_PEOPLE = Action.of("people.manage", Role.PURCHASER, Role.BOARD, Role.ADMINISTRATOR)


def side(organisation: Organisation) -> rules.Side:
    """Where an organisation stands."""
    return rules.side_of(organisation.anchor_type, organisation.is_programme)


def may(actor: Actor, action: Action, organisation: Organisation | None = None) -> bool:
    """Whether the actor may do this with this organisation: their own one, or people of any for administrators."""
    if not action.open_to(actor):
        return False
    if organisation is None or action is SEE_ORGANISATION:
        return True
    own = actor.organisation_id == organisation.id
    if action in {CHANGE_ORGANISATION, CHANGE_IBAN}:
        return own and actor.has(rules.KEEPER[side(organisation)])
    if action is SEE_PEOPLE:
        return own or actor.has(Role.ADMINISTRATOR, Role.AUDITOR)
    return bool(rules.grantable(actor.roles, same_organisation=own, side=side(organisation)))


def may_grant(actor: Actor, organisation: Organisation, role: Role) -> bool:
    """Whether the actor may give or end this role in this organisation."""
    own = actor.organisation_id == organisation.id
    return rules.may_grant(actor.roles, same_organisation=own, side=side(organisation), role=role)
