"""Showing a step of an initiative, judging what was shown, taking it back."""

from contextlib import suppress
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from coops.initiatives import errors, rules
from coops.initiatives.models import Initiative, InitiativeEvidence
from coops.initiatives.queries import ever_coached, grown_into, locked_initiative
from coops.initiatives.rules import Step
from coops.initiatives.services import check_running, note, write_to_people
from coops.papers.errors import PaperUsed
from coops.papers.models import CooperativePaper
from coops.papers.rules import PaperKind
from coops.papers.services import add_paper, remove_paper
from coops.register.rules import Proof
from coops.steps import queries
from cwb.files.gateway import HouseKeys
from cwb.kernel.clock import local_date
from cwb.kernel.ids import uuid7
from cwb.kernel.policy import Actor
from cwb.kernel.text import N_
from ledger.agreements.events import AgreementMade
from ledger.agreements.models import Agreement
from ledger.agreements.queries import agreement_by_id

PAPER_OF = {Step.STATUTES: PaperKind.STATUTES, Step.EVEN: PaperKind.ACCOUNTS}
"""Step → the kind of paper that shows it; any other paper for the rest."""


class Upload(NamedTuple):
    """A file that goes with evidence, and the keys it is locked with."""

    name: str
    content: bytes
    keys: HouseKeys


def show_step(
    session: Session, *, initiative: Initiative, step: str, text: str, reached_on: date, kvk: str | None = None,
    file: Upload | None = None, agreement_id: int | None = None, draft: bool = False, user_id: int, at: datetime,
) -> InitiativeEvidence:  # fmt: skip
    """Say what shows that a step was reached, perhaps with the paper itself. Showing it again renews it.

    Final statutes, and accounts without loss, come with their paper; a `draft` of statutes reaches nothing yet. A
    KvK number comes after the statutes, a contract after that: its file, or `agreement_id` of one that was signed here.

    Raises:
        InitiativeStopped.
        What `rules.check_evidence` raises, KvkOfAnother, ContractUnknown: at the field.
        What `papers.add_paper` raises, at the field `file`; nothing is kept then.
    """
    found = locked_initiative(session, initiative.id)
    check_running(found)
    contract = None
    if step == Step.CONTRACT and agreement_id is not None:
        there = {each.id: each for each in queries.contracts_to_show(session, found)}
        if (contract := there.get(agreement_id)) is None:
            raise errors.ContractUnknown(field="agreement")
        reached_on = local_date(contract.created_at)
    rules.check_evidence(
        Step(step), text, kvk, reached_on, today=local_date(at), draft=draft, has_file=(file or contract) is not None,
        shown=[each.shown for each in found.evidence],
    )  # fmt: skip
    if step == Step.KVK and kvk is not None and queries.of_another(session, kvk, found.founding):
        raise errors.KvkOfAnother(field="kvk")
    made = InitiativeEvidence(
        initiative_id=found.id, step=step, reached_on=reached_on, text=text.strip(),
        kvk=kvk if step == Step.KVK else None, draft=draft, agreement_id=contract and contract.id, told_by_id=user_id,
        told_at=at,
    )  # fmt: skip
    if file is not None:
        made.paper_id = add_paper(
            session, kind=PAPER_OF.get(Step(step), PaperKind.OTHER), name=file.name,
            content=file.content, keys=file.keys, actor=Actor(user_id, ""), at=at, draft_key=found.public_id,
        ).id  # fmt: skip
    session.add(made)
    session.flush()
    note(session, found, "step_shown", user_id, at, step=step)
    return made


def check_second(
    session: Session, *, initiative: Initiative, evidence: InitiativeEvidence, user_id: int
) -> None:
    """Refuse who is no second person, and what is not to be judged (any more).

    Raises:
        EvidenceJudged: somebody looked at it before.
        DraftUnchecked: statutes that are not final.
        NoSecondPerson: who told it, coaches it or once did, or founds it.
    """
    if evidence.judged:
        raise errors.EvidenceJudged
    if evidence.draft:
        raise errors.DraftUnchecked
    own = [*(each.user_id for each in initiative.founders), *ever_coached(session, initiative.id)]
    if not rules.may_check(
        user_id, told_by_id=evidence.told_by_id, coach_id=initiative.coach_id, founders=own
    ):
        raise errors.NoSecondPerson


def check_evidence(
    session: Session, *, initiative: Initiative, evidence: InitiativeEvidence, proof: Proof | None = None, user_id: int,
    at: datetime,
) -> InitiativeEvidence:  # fmt: skip
    """Say as a second person that the paper was seen; it counts longer then.

    `proof`: the paper that was seen elsewhere, where neither a file nor a contract is here.

    Raises:
        EvidenceJudged, DraftUnchecked, NoSecondPerson.
        PaperUnnamed, PaperAhead, BsnFound: at the field.
    """
    found = locked_initiative(session, initiative.id)
    check_second(session, initiative=found, evidence=evidence, user_id=user_id)
    evidence.check(proof or Proof(), user_id=user_id, at=at)
    session.flush()
    note(session, found, "step_checked", user_id, at, step=evidence.step)
    if evidence.kvk is not None:
        for agreement in queries.agreements_of(session, evidence.kvk):
            _climb(session, found.id, agreement)
    return evidence


def refuse_evidence(
    session: Session, *, initiative: Initiative, evidence: InitiativeEvidence, reason: str, user_id: int, at: datetime
) -> InitiativeEvidence:  # fmt: skip
    """Say as a second person that it is not right; its people read why, and it reaches no step.

    Raises:
        EvidenceJudged, DraftUnchecked, NoSecondPerson.
        RefusalMissing, BsnFound: at the field.
    """
    found = locked_initiative(session, initiative.id)
    check_second(session, initiative=found, evidence=evidence, user_id=user_id)
    evidence.refuse(reason, user_id=user_id, at=at)
    session.flush()
    note(session, found, "step_refused", user_id, at, step=evidence.step)
    write_to_people(
        session, found, N_("Een bewijs klopt niet"),
        N_("“%(title)s”: het bewijs “%(text)s” klopt niet. De reden: %(reason)s Geef op de bladzijde een nieuw."),
        {"text": evidence.text, "reason": evidence.refusal}, f"initiative-refused-{evidence.id}", at, but=user_id,
    )  # fmt: skip
    return evidence


def take_back(
    session: Session, *, initiative: Initiative, evidence: InitiativeEvidence, user_id: int, at: datetime
) -> None:
    """Take back what one told oneself and nobody judged; its file goes too, unless something else rests on it.

    Raises:
        EvidenceOfAnother: somebody else told it.
        EvidenceJudged: a second person looked at it.
    """
    found = locked_initiative(session, initiative.id)
    if evidence.told_by_id != user_id:
        raise errors.EvidenceOfAnother
    if evidence.judged:
        raise errors.EvidenceJudged
    paper = None if evidence.paper_id is None else session.get_one(CooperativePaper, evidence.paper_id)
    session.delete(evidence)
    session.flush()
    note(session, found, "step_taken_back", user_id, at, step=evidence.step)
    if paper is not None:
        with suppress(PaperUsed):
            remove_paper(session, paper=paper)


def hear_agreed(session: Session, event: AgreementMade) -> None:
    """A contract was signed here: the initiatives that its suppliers came from reached that step."""
    agreement = agreement_by_id(session, event.agreement_id)
    for initiative_id in grown_into(session, [each.party_id for each in agreement.suppliers]):
        _climb(session, initiative_id, agreement)


def _climb(session: Session, initiative_id: int, agreement: Agreement) -> None:
    """Note a contract as evidence, once; nobody need tell or check what stands here."""
    session.execute(
        delete(InitiativeEvidence).where(
            InitiativeEvidence.initiative_id == initiative_id, InitiativeEvidence.agreement_id == agreement.id,
            InitiativeEvidence.checked_at.is_(None), InitiativeEvidence.refused_at.is_(None),
        )
    )  # fmt: skip
    session.execute(
        insert(InitiativeEvidence)
        .values(
            public_id=uuid7(), initiative_id=initiative_id, step=Step.CONTRACT,
            reached_on=local_date(agreement.created_at), text=f"{agreement.reference} {agreement.title}",
            agreement_id=agreement.id, told_at=agreement.created_at, checked_at=agreement.created_at,
        )
        .on_conflict_do_nothing()
    )  # fmt: skip
