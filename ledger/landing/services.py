"""Use cases of passing on: a prime says what it passed on and shows it, a second person agrees or not."""

import hashlib
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session, undefer

from cwb.audit.services import record
from cwb.files.gateway import HouseKeys, check_content
from cwb.files.rules import clean_name, lock_text, unlock_text
from cwb.identity.models import Organisation
from cwb.identity.queries import involved_in
from cwb.kernel.clock import local_date
from cwb.kernel.identifiers import KvkNumber
from cwb.kernel.ids import uuid7
from cwb.kernel.period import Period
from cwb.kernel.policy import Actor
from cwb.kernel.words import ReasonTooShort, words
from ledger.declarations.errors import (
    ApprovalGone,
    CertificateExpired,
    CheckerInvolvedHere,
    DeclarationChecked,
    SubcontractChecked,
    SubcontractorUnknown,
)
from ledger.declarations.models import Subcontract, SubcontractCheck, SubcontractWithdrawal
from ledger.declarations.queries import of_an_anchor
from ledger.declarations.rules import COUNTS, check_check, short
from ledger.landing import queries, rules
from ledger.landing.errors import PaperFixed, PapersEnough
from ledger.landing.models import FlagAnswer, SubcontractPaper
from ledger.receipts.rules import bare_photo
from ledger.suppliers.models import Supplier
from ledger.suppliers.queries import by_kvk, organisations_by_kvk
from ledger.suppliers.services import party_supplier


def _sub(session: Session, kvk_number: KvkNumber, at: datetime) -> Supplier:
    """The supplier with a number: the party itself, else one a register confirmed, else any."""
    party = organisations_by_kvk(session, [kvk_number]).get(kvk_number)
    if party is not None:
        return party_supplier(session, organisation=party, at=at)
    found = by_kvk(session, kvk_number)
    if not found:
        raise SubcontractorUnknown(field="kvk_number")
    return next((each for each in found if each.kvk_confirmed_on), found[0])


def pass_on(
    session: Session, *, organisation: Organisation, anchor: Organisation, period: Period, kvk_number: KvkNumber,
    amount: int, category: str = "", certificate: str = "", certificate_expires_on: date | None = None,
    invoice_number: str = "", replaces: Subcontract | None = None, is_another: bool = False, actor_id: int | None,
    at: datetime,
) -> Subcontract:  # fmt: skip
    """Say what of an anchor's money in a quarter went on to a subcontractor (cents). Counts once checked.

    `replaces`: one that still waits, which this one changes: it is withdrawn, and its papers go along. `is_another`:
    whoever declares it says that it is not the one that stands with the same facts.

    Raises:
        PassedAgain: one stands with the same subcontractor, buyer, quarter and amount, and nobody said so.
        SubcontractorUnknown, SubcontractSelf, SubcontractTooLarge, CertificateExpired, DeclarationTextTooLong.
        SubcontractChecked: what it would replace waits no longer.
    """
    if replaces is not None:
        _drop(session, replaces, actor_id, at)
    prime = party_supplier(session, organisation=organisation, at=at)
    session.execute(select(Supplier.id).where(Supplier.id == prime.id).with_for_update())
    sub = _sub(session, kvk_number, at)
    rules.check_pass(
        prime=prime.id, sub=sub.id, amount=amount, paid=queries.paid_by(session, anchor.id, prime, period),
        passed=queries.passed_by(session, anchor.id, prime.id, period),
    )  # fmt: skip
    alike = queries.find_alike(
        session, anchor_id=anchor.id, prime_id=prime.id, sub=sub, period=period, amount=amount
    )
    rules.check_again(local_date(alike.at) if alike else None, is_another=is_another)
    if certificate_expires_on is not None and certificate_expires_on < period.start:
        raise CertificateExpired(field="certificate_expires_on")
    made = Subcontract(
        anchor_id=anchor.id, prime_id=prime.id, sub_id=sub.id, category=category,
        certificate=short(certificate, "certificate", 120), certificate_expires_on=certificate_expires_on,
        from_on=period.start, until_on=period.end, amount=amount, declared_by_id=actor_id, at=at,
        invoice_number=short(invoice_number, "invoice_number", 60), replaces_id=replaces.id if replaces else None,
        another_of_id=alike.id if alike else None,
    )  # fmt: skip
    session.add(made)
    session.flush()
    if replaces is not None:
        for each in queries.papers(session, replaces):
            each.subcontract_id = made.id
        session.flush()
    record(
        session, action="landing.passed_on", subject=f"subcontract:{made.public_id}", actor_id=actor_id,
        facts={"cents": amount, "period": str(period)}, at=at,
    )  # fmt: skip
    return made


def _held(session: Session, subcontract: Subcontract) -> None:
    """Lock it and read again how it stands."""
    session.execute(select(Subcontract.id).where(Subcontract.id == subcontract.id).with_for_update())
    session.refresh(subcontract, ["check", "withdrawal", "prime", "sub"])


def _involved(session: Session, subcontract: Subcontract, user_id: int) -> bool:
    parties = [party for party in (subcontract.prime.party_id, subcontract.sub.party_id) if party is not None]
    return (
        user_id == subcontract.declared_by_id
        or (bool(parties) and involved_in(session, user_id, parties))
        or of_an_anchor(session, user_id)
    )


def check_pass(
    session: Session, *, subcontract: Subcontract, accepted: bool, reason: str, actor_id: int, at: datetime
) -> SubcontractCheck:
    """Agree, having seen the papers, that money was passed on, or not.

    Raises:
        CheckerInvolvedHere, CheckReasonMissing, PassedWithoutPaper: input. DeclarationChecked: somebody was first.
    """
    _held(session, subcontract)
    if not subcontract.waits:
        raise DeclarationChecked
    told = check_check(COUNTS, reason, involved=_involved(session, subcontract, actor_id))
    rules.check_rests(accepted=accepted, papers=len(queries.papers(session, subcontract)))
    made = SubcontractCheck(accepted=accepted, reason=told, checker_id=actor_id, at=at)
    subcontract.check = made
    session.flush()
    record(
        session, action="landing.pass_checked", subject=f"subcontract:{subcontract.public_id}", actor_id=actor_id,
        facts={"accepted": accepted}, at=at,
    )  # fmt: skip
    return made


def take_back(session: Session, *, subcontract: Subcontract, actor_id: int | None, at: datetime) -> None:
    """The supplier takes back what nobody looked at yet; its papers are wiped.

    Raises:
        SubcontractChecked: it waits no longer.
    """
    _drop(session, subcontract, actor_id, at)
    session.execute(delete(SubcontractPaper).where(SubcontractPaper.subcontract_id == subcontract.id))


def _drop(session: Session, subcontract: Subcontract, actor_id: int | None, at: datetime) -> None:
    _held(session, subcontract)
    if not subcontract.waits:
        raise SubcontractChecked
    _withdraw(session, subcontract, "", actor_id, at)


def withdraw_approval(
    session: Session, *, subcontract: Subcontract, reason: str, actor_id: int, at: datetime
) -> None:
    """Let what counted count no more; the approval stays to be read, with why it was withdrawn.

    Raises:
        ApprovalGone: none stands. CheckerInvolvedHere, ReasonTooShort: input.
    """
    _held(session, subcontract)
    if not subcontract.counts:
        raise ApprovalGone
    if _involved(session, subcontract, actor_id):
        raise CheckerInvolvedHere
    told = short(words(reason, "reason", short=ReasonTooShort), "reason", 500)
    _withdraw(session, subcontract, told, actor_id, at)


def _withdraw(
    session: Session, subcontract: Subcontract, reason: str, actor_id: int | None, at: datetime
) -> None:
    subcontract.withdrawal = SubcontractWithdrawal(reason=reason, by_id=actor_id, at=at)
    session.flush()
    record(
        session, action="landing.withdrawn", subject=f"subcontract:{subcontract.public_id}", actor_id=actor_id,
        facts={"approved": subcontract.check is not None}, at=at,
    )  # fmt: skip


def _context(public_id: UUID) -> dict[str, object]:
    return {"paper": str(public_id), "purpose": "subcontract"}


def add_paper(
    session: Session, *, subcontract: Subcontract, name: str, content: bytes, keys: HouseKeys, actor: Actor,
    at: datetime,
) -> SubcontractPaper:  # fmt: skip
    """Keep a paper with what was passed on, locked, while nobody looked. The very same file again is the first one.

    Raises:
        FileKindRefused, FileEmpty, FileTooLarge, FileDisguised, FileActive, FileBomb, FileBroken, FileLocked,
        FileBlank, PaperKindRefused: what it is. PapersEnough: more than anybody reads. PaperFixed: it waits no longer.
    """
    clean, kind = clean_name(name)
    rules.check_paper_kind(kind)
    check_content(content, clean, kind)
    bare = content if kind == "pdf" else bare_photo(content, kind)
    _held(session, subcontract)
    if not subcontract.waits:
        raise PaperFixed
    digest, there = hashlib.sha256(bare).hexdigest(), queries.papers(session, subcontract)
    same = next((each for each in there if each.digest == digest), None)
    if same is not None:
        return same
    if len(there) >= rules.MOST_PAPERS:
        raise PapersEnough(field="file", most=rules.MOST_PAPERS)
    public_id, (key, master) = uuid7(), keys.current()
    made = SubcontractPaper(
        public_id=public_id, subcontract_id=subcontract.id, name=clean, kind=kind, size=len(bare), digest=digest,
        content=lock_text(master, _context(public_id), bare), content_key=key, added_by_id=actor.user_id, added_at=at,
    )  # fmt: skip
    session.add(made)
    session.flush()
    record(
        session, action="landing.paper_added", subject=f"subcontract:{subcontract.public_id}", actor_id=actor.user_id,
        facts={"sha256": digest}, at=at,
    )  # fmt: skip
    return made


def remove_paper(
    session: Session, *, subcontract: Subcontract, public_id: UUID, actor: Actor, at: datetime
) -> None:
    """Take a paper away again, while nobody looked.

    Raises:
        PaperFixed: it waits no longer. PaperUnknown.
    """
    _held(session, subcontract)
    if not subcontract.waits:
        raise PaperFixed
    gone = queries.paper(session, subcontract, public_id)
    session.delete(gone)
    session.flush()
    record(
        session, action="landing.paper_removed", subject=f"subcontract:{subcontract.public_id}",
        actor_id=actor.user_id, facts={"sha256": gone.digest}, at=at,
    )  # fmt: skip


def read_paper(
    session: Session, *, subcontract: Subcontract, paper: SubcontractPaper, keys: HouseKeys, actor: Actor, at: datetime
) -> bytes:  # fmt: skip
    """The file of a paper; that somebody else than its supplier read it is written down. Who may, its caller decides.

    Raises:
        HouseKeyMissing, SealBroken: it cannot be read.
    """
    if subcontract.prime.party_id != actor.organisation_id:
        record(
            session, action="landing.paper_read", subject=f"subcontract:{subcontract.public_id}",
            actor_id=actor.user_id, facts={"sha256": paper.digest}, at=at,
        )  # fmt: skip
    return unlock_text(keys.key(paper.content_key), _context(paper.public_id), paper.content)


def relock(session: Session, *, keys: HouseKeys) -> int:
    """Lock every paper with the current key of the installation; returns how many were moved.

    Raises:
        HouseKeyMissing, SealBroken: one cannot be read; nothing is moved then.
    """
    name, master = keys.current()
    moved = session.scalars(
        select(SubcontractPaper)
        .where(SubcontractPaper.content_key != name)
        .options(undefer(SubcontractPaper.content))
        .with_for_update()
    ).all()
    for each in moved:
        bare = unlock_text(keys.key(each.content_key), _context(each.public_id), each.content)
        each.content, each.content_key = lock_text(master, _context(each.public_id), bare), name
    session.flush()
    return len(moved)


def answer_flag(
    session: Session, *, flag: rules.Flag, period: Period, outcome: str, reason: str, actor_id: int, at: datetime
) -> FlagAnswer:  # fmt: skip
    """Write down what came of a question about money. No figure changes by it.

    Raises:
        OutcomeInvalid, ReasonTooShort, DeclarationTextTooLong.
    """
    made = FlagAnswer(period=str(period), key=flag.key, outcome=outcome, reason=reason, by_id=actor_id, at=at)
    session.add(made)
    session.flush()
    record(
        session, action="landing.flag_answered", subject=f"flag:{made.period}/{made.key}", actor_id=actor_id,
        facts={"kind": flag.kind, "outcome": outcome}, at=at,
    )  # fmt: skip
    return made
