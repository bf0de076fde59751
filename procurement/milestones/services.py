"""Making milestones of promises at the second signature, reporting on them, verifying."""

from datetime import datetime
from decimal import Decimal

from sqlalchemy.orm import Session

from cwb.audit.services import record
from cwb.kernel.clock import local_date
from cwb.kernel.events import emit
from cwb.kernel.policy import Actor
from cwb.kernel.text import N_
from procurement.contracts.events import ContractSigned
from procurement.contracts.models import Contract
from procurement.contracts.services import tell_side
from procurement.milestones import errors, policy, queries, rules
from procurement.milestones.events import MilestoneVerified
from procurement.milestones.models import Milestone, MilestoneReport, MilestoneVerdict
from procurement.milestones.rules import Outcome


def hear_signed(session: Session, event: ContractSigned) -> None:
    """Both signed: every promise of the winning bid becomes a milestone."""
    contract = session.get_one(Contract, event.contract_id)
    for position, (criterion, pledge) in enumerate(queries.promises(session, contract), start=1):
        session.add(
            Milestone(
                contract_id=contract.id, position=position, criterion=criterion, what=pledge.what,
                amount=pledge.amount, unit=pledge.unit, due_on=pledge.due_on, proof=pledge.proof,
            )
        )  # fmt: skip
    session.flush()


def _held(session: Session, contract: Contract, position: int) -> Milestone:
    """A milestone as it is now, held until the transaction ends, while it is not met."""
    if contract.agreement_id is None:
        raise errors.NotSigned
    found = queries.milestone(session, contract.id, position)
    queries.locked(session, found.id)
    found = queries.milestone(session, contract.id, position)
    if any(each.outcome is Outcome.MET for each in found.verdicts):
        raise errors.AlreadyMet
    return found


def report(
    session: Session, *, contract: Contract, position: int, reached: Decimal, text: str, file_name: str | None = None,
    file: bytes | None = None, actor: Actor, at: datetime,
) -> MilestoneReport:  # fmt: skip
    """Say what was reached, in the unit of the promise, with words and maybe a file (PDF, JPEG, PNG).

    Raises:
        NotYours: not of the supplier.
        NotSigned, AlreadyMet, ReportWaits: not now.
        TextTooShort, FileUnfit: input.
        MilestoneNotFound: there is none.
    """
    if not policy.may(actor, policy.REPORT, contract):
        raise errors.NotYours
    found = _held(session, contract, position)
    if found.waiting is not None:
        raise errors.ReportWaits
    made = MilestoneReport(
        milestone_id=found.id, reached=reached, text=text, file=file,
        file_name=None if file is None else (file_name or "bewijs")[-120:],
        reported_by_id=actor.user_id, reported_at=at,
    )  # fmt: skip
    session.add(made)
    session.flush()
    _note(session, "milestone.reported", contract, found, actor, at, reached=str(reached))
    tell_side(
        session, contract, contract.buyer_id, N_("Gemeld: %(what)s"),
        N_("De leverancier meldt wat er is gedaan: “%(what)s”. Controleer het."),
        f"milestone-{found.id}-report-{made.id}", at, page="/performance", what=found.what,
    )  # fmt: skip
    return made


def verify(
    session: Session, *, contract: Contract, position: int, seen: int | None, outcome: Outcome, reason: str,
    actor: Actor, at: datetime,
) -> MilestoneVerdict:  # fmt: skip
    """Write down what came of a promise; public from now on. `seen` is the report that was read, None: there was none.

    Raises:
        NotYours: no purchaser of the buyer.
        OwnReport: who reported never verifies.
        NotSigned, AlreadyMet, NothingReported, OtherReport: not now.
        OutcomeNeedsReport, TextTooShort: input.
    """
    if not policy.may(actor, policy.VERIFY, contract):
        raise errors.NotYours
    found = _held(session, contract, position)
    waiting = found.waiting
    if waiting is not None and waiting.reported_by_id == actor.user_id:
        raise errors.OwnReport
    if (None if waiting is None else waiting.id) != seen:
        raise errors.OtherReport
    clean = rules.check_outcome(
        outcome, reason, is_reported=waiting is not None, is_due=local_date(at) > found.due_on
    )
    made = MilestoneVerdict(
        milestone_id=found.id, report_id=None if waiting is None else waiting.id, outcome=outcome, reason=clean,
        verified_by_id=actor.user_id, verified_at=at,
    )  # fmt: skip
    session.add(made)
    session.flush()
    _note(session, "milestone.verified", contract, found, actor, at, outcome=outcome.value)
    tell_side(
        session, contract, contract.supplier_id, N_("Gecontroleerd: %(what)s"),
        N_("De koper controleerde uw belofte “%(what)s”. De uitkomst is openbaar."),
        f"milestone-{found.id}-verdict-{made.id}", at, page="/performance", what=found.what,
    )  # fmt: skip
    emit(session, MilestoneVerified(contract.id, contract.tender_id))
    return made


def _note(
    session: Session,
    action: str,
    contract: Contract,
    milestone: Milestone,
    actor: Actor,
    at: datetime,
    **facts: object,
) -> None:
    record(
        session, action=action, subject=f"contract:{contract.number}", actor_id=actor.user_id,
        facts={"milestone": milestone.position, **facts}, at=at,
    )  # fmt: skip
