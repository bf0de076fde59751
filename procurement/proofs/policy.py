"""Who keeps files of papers, who asks for proof, who shows and who reads it."""

from cwb.kernel.policy import Action, Actor, Role
from procurement.proofs.models import ProofRequest
from procurement.tenders.models import Tender

ATTACH = Action.of("proofs.attach", Role.BOARD)
"""Put a file with a paper of one's own organisation, and show it to a buyer."""

OWN = Action.of("proofs.own", Role.BOARD, Role.MEMBER)
"""Read the files of one's own papers, and what is asked."""

ASK = Action.of("proofs.ask", Role.PURCHASER)
"""Ask a winner for proof, and look at it."""

READ = Action.of("proofs.read", Role.PURCHASER, Role.AUDITOR, Role.BOARD, Role.MEMBER)
"""A paper that was shown: its sender, its buyer, auditors."""

OVERVIEW = Action.of("proofs.overview", Role.PURCHASER, Role.AUDITOR)
"""What was asked of each winner: see `may_look`."""


def may_ask(actor: Actor, tender: Tender) -> bool:
    """Whether an actor is a purchaser of the buyer."""
    return ASK.open_to(actor) and actor.organisation_id == tender.buyer_id


def may_look(actor: Actor, tender: Tender) -> bool:
    """Whether an actor sees what was asked of each winner: a purchaser of the buyer, an auditor."""
    return may_ask(actor, tender) or (OVERVIEW.open_to(actor) and actor.has(Role.AUDITOR))


def may_send(actor: Actor, request: ProofRequest) -> bool:
    """Whether an actor shows proof for the party that was asked."""
    return ATTACH.open_to(actor) and actor.organisation_id == request.organisation_id


def may_see(actor: Actor, request: ProofRequest) -> bool:
    """Whether an actor reads a request and what was shown; its tender is loaded."""
    own = OWN.open_to(actor) and actor.organisation_id == request.organisation_id
    return own or actor.has(Role.AUDITOR) or may_ask(actor, request.tender)
