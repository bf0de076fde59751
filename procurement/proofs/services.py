"""Use cases of proof: put a file with a paper, ask the winner, show, look, remind."""

import hashlib
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, undefer

from cwb.files import gateway
from cwb.files import rules as files
from cwb.identity.queries import people_with
from cwb.kernel.clock import LOCAL, local_date
from cwb.kernel.ids import uuid7
from cwb.kernel.policy import Actor, Role
from cwb.kernel.text import N_
from cwb.notifications.services import mail_each
from procurement.proofs import errors, policy, queries, rules
from procurement.proofs.models import Proof, ProofRequest, ProofRuling
from procurement.proofs.rules import Choice
from procurement.sealing import rules as sealing
from procurement.sealing.gateway import HouseKeys
from procurement.statements import queries as statements
from procurement.statements.gateway import table
from procurement.statements.models import PaperFile, StatementPaper
from procurement.statements.services import lock_file, read_file
from procurement.tenders.models import Tender
from procurement.tenders.services import note_act

_BOARD = (Role.BOARD, Role.MEMBER)


def attach(
    session: Session, *, paper: StatementPaper, name: str, content: bytes, actor: Actor, keys: HouseKeys, at: datetime
) -> PaperFile:  # fmt: skip
    """Put a file with a paper, or another in its place; checked as every file, and locked.

    Raises:
        NotAsked: only the board of its own organisation.
        FileKindRefused, FileEmpty, FileTooLarge, FileDisguised, FileActive, FileBomb, FileBroken: what it is.
    """
    if not policy.ATTACH.open_to(actor) or actor.organisation_id != paper.organisation_id:
        raise errors.NotAsked
    clean, kind = files.clean_name(name)
    gateway.check_content(content, clean, kind)
    found = queries.paper_file(session, paper.id)
    if found is None:
        found = PaperFile(paper_id=paper.id)
        session.add(found)
    found.name, found.kind, found.size = clean, kind, len(content)
    found.digest = hashlib.sha256(content).hexdigest()
    found.content, found.content_key = lock_file(keys, paper.id, content)
    found.added_by_id, found.added_at = actor.user_id, at
    session.flush()
    return found


def read_paper(session: Session, *, paper: StatementPaper, keys: HouseKeys) -> tuple[PaperFile, bytes]:
    """The file of one's own paper.

    Raises:
        ProofNotFound: it has none.
        HouseKeyMissing, SealBroken: it cannot be read.
    """
    found = queries.paper_file(session, paper.id)
    if found is None:
        raise errors.ProofNotFound
    return found, read_file(found, keys)


def ask_winner(
    session: Session,
    *,
    tender: Tender,
    label: str,
    kinds: Sequence[str],
    last_day: date,
    actor: Actor,
    at: datetime,
) -> list[ProofRequest]:
    """Ask every party of a winning bid, and each on whose means it relies, for its papers; each hears it by mail.

    `last_day` is the last whole day to answer.

    Raises:
        NotYourTender; NoWinner: no letters are out, or this bid does not win.
        NothingChosen, TermTooShort: at the field.
        AskedBefore: a colleague was first.
    """
    if not policy.may_ask(actor, tender):
        raise errors.NotYourTender
    _decision, won = queries.winners(session, tender.id)
    letter = next((each for each in won if each.bid.label == label), None)
    if letter is None:
        raise errors.NoWinner
    chosen = rules.check_kinds(kinds, list(table().papers))
    day = rules.check_term(last_day, local_date(at))
    until = _end_of(day)
    if any(each.opened_bid_id == letter.opened_bid_id for each in queries.of_tender(session, tender.id)):
        raise errors.AskedBefore
    made = [
        ProofRequest(
            tender_id=tender.id, opened_bid_id=letter.opened_bid_id, organisation_id=party_id, kinds=chosen,
            until=until, asked_by_id=actor.user_id, asked_at=at,
        )
        for party_id in (*letter.bid.party_ids, *(each.id for each in queries.relied_on(session, letter.bid)))
    ]  # fmt: skip
    session.add_all(made)
    try:
        session.flush()
    except IntegrityError as fault:
        raise errors.AskedBefore from fault
    _note(session, "asked", tender, actor, at, label=label, papers=len(chosen), until=until.isoformat())
    for each in made:
        tell_asked(session, each, tender, is_party=each.organisation_id in letter.bid.party_ids, at=at)
    return made


def tell_asked(
    session: Session, request: ProofRequest, tender: Tender, *, is_party: bool, at: datetime
) -> None:
    """Write to who is asked: a party that wins, or one that lends its means to a winner."""
    text = (
        N_("U wint “%(title)s”. De koper wil uw stukken zien tot en met %(day)s. Kies en stuur ze hier:")
        if is_party
        else N_(
            "Wie op u steunt, wint “%(title)s”. De koper wil ook uw stukken zien, tot en met %(day)s. Stuur ze hier:"
        )
    )
    _tell(session, request, tender, N_("%(number)s: laat uw bewijs zien"), text, "asked", at)


def _end_of(day: date) -> datetime:
    return datetime.combine(day + timedelta(days=1), time(0), tzinfo=LOCAL).astimezone(UTC)


def rule(
    session: Session, *, request: ProofRequest, choice: Choice, reason: str, actor: Actor, at: datetime,
    last_day: date | None = None, kinds: Sequence[str] = (),
) -> ProofRuling:  # fmt: skip
    """Decide about proof that is open: a longer term, on without some of the papers, or this winner no more.

    A refusal here takes nothing back yet: `procurement.refusals` does both in one act.

    Raises:
        NotYourTender; NothingOpen: all is settled, or the winner was refused.
        ReasonTooShort, TermNotLonger, TermTooShort, NothingChosen: input.
        TermRuns, SeeFirst: too soon to refuse.
    """
    found = queries.request(session, request.public_id, lock=True)
    if not policy.may_ask(actor, found.tender):
        raise errors.NotYourTender
    standings = [found.standing(each) for each in found.kinds]
    rules.check_open(standings, is_refused=found.is_refused)
    chosen: list[str] = []
    until = None
    if choice is Choice.LONGER:
        day = rules.check_longer(last_day or found.last_day, found.last_day, local_date(at))
        until = _end_of(day)
    elif choice is Choice.ACCEPTED:
        chosen = rules.check_kinds(kinds, found.left)
    else:
        rules.check_refuse(standings, until=found.until, is_refused=found.is_refused, at=at)
    made = ProofRuling(
        request_id=found.id, choice=choice, kinds=chosen, until_before=found.until, until=until, reason=reason,
        decided_by_id=actor.user_id, decided_at=at,
    )  # fmt: skip
    session.add(made)
    session.flush()
    _note(session, "ruled", found.tender, actor, at, choice=choice.value, papers=len(chosen))
    if until is not None:
        found.until, found.reminded_at = until, None
        session.flush()
    if choice is not Choice.REFUSED:
        _tell_ruling(session, found, made, at)
    return made


def _tell_ruling(session: Session, request: ProofRequest, made: ProofRuling, at: datetime) -> None:
    subject, text = (
        (N_("%(number)s: meer tijd voor uw bewijs"),
         N_("U kunt uw stukken voor “%(title)s” sturen tot en met %(day)s. Stuur ze hier:"))
        if made.choice is Choice.LONGER
        else (N_("%(number)s: een stuk is niet meer nodig"),
              N_("De koper van “%(title)s” gaat verder zonder een stuk. Lees hier welk stuk en waarom:"))
    )  # fmt: skip
    _tell(session, request, request.tender, subject, text, f"ruling-{made.id}", at)


def show_proof(
    session: Session, *, request: ProofRequest, kind: str, actor: Actor, keys: HouseKeys, at: datetime
) -> Proof:
    """Show the newest paper of a kind with its file to the buyer: a copy, that stays as it is.

    Raises:
        NotAsked: another organisation, or a paper that was not asked.
        SentBefore: it lies there, or was found good.
        NoFile: no paper of this kind that counts today, with a file.
    """
    found = queries.request(session, request.public_id)
    if not policy.may_send(actor, found) or kind not in found.kinds:
        raise errors.NotAsked
    if kind not in found.left:
        raise errors.SentBefore
    paper = statements.newest(statements.papers(session, found.organisation_id)).get(kind)
    file = queries.paper_file(session, paper.id) if paper is not None else None
    if paper is None or file is None or paper.expires_on < local_date(at):
        raise errors.NoFile
    public_id, (name, master) = uuid7(), keys.current()
    made = Proof(
        public_id=public_id, request_id=found.id, kind=kind, issued_on=paper.issued_on, expires_on=paper.expires_on,
        name=file.name, file_kind=file.kind, size=file.size, digest=file.digest, note="", sent_by_id=actor.user_id,
        sent_at=at, content=sealing.lock_text(master, _context(str(public_id)), read_file(file, keys)),
        content_key=name,
    )  # fmt: skip
    session.add(made)
    try:
        session.flush()
    except IntegrityError as fault:
        raise errors.SentBefore from fault
    _note(session, "shown", found.tender, actor, at, paper=kind)
    return made


def _context(public_id: str) -> dict[str, object]:
    return {"proof": public_id, "purpose": "proof"}


def read_proof(session: Session, *, proof: Proof, actor: Actor, keys: HouseKeys, at: datetime) -> bytes:
    """What was shown; that somebody else than its sender read it is written down.

    Raises:
        ProofNotFound: not for this reader.
        HouseKeyMissing, SealBroken: it cannot be read.
    """
    if not policy.may_see(actor, proof.request):
        raise errors.ProofNotFound
    if actor.organisation_id != proof.request.organisation_id:
        _note(session, "read", proof.request.tender, actor, at, paper=proof.kind)
    return _unlocked(proof, keys)


def _unlocked(proof: Proof, keys: HouseKeys) -> bytes:
    return sealing.unlock_text(keys.key(proof.content_key), _context(str(proof.public_id)), proof.content)


def judge_proof(
    session: Session, *, proof: Proof, is_good: bool, note: str, actor: Actor, at: datetime
) -> Proof:
    """Mark a paper as seen: good, or not with the reason; then the party may show another.

    Raises:
        NotYourTender; SeenBefore: a colleague was first; NoteMissing: at the field.
    """
    if not policy.may_ask(actor, proof.request.tender):
        raise errors.NotYourTender
    session.refresh(proof, ["is_good", "seen_at"], with_for_update=True)
    if proof.seen_at is not None:
        raise errors.SeenBefore
    proof.note = rules.check_note(note, is_good=is_good)
    proof.is_good, proof.seen_by_id, proof.seen_at = is_good, actor.user_id, at
    session.flush()
    _note(session, "seen", proof.request.tender, actor, at, paper=proof.kind, good=is_good)
    if not is_good:
        _tell(
            session, proof.request, proof.request.tender, N_("%(number)s: een stuk is niet goed"),
            N_("De koper van “%(title)s” keek uw stuk na. Het is nog niet goed. Lees waarom en stuur een ander:"),
            f"back-{proof.id}", at,
        )  # fmt: skip
    return proof


def remind(session: Session, *, at: datetime) -> int:
    """Tell each party whose term is nearly over and that still has to show something, once; returns how many."""
    told = 0
    for each in queries.to_remind(session, at):
        each.reminded_at = at
        if not each.left:
            continue
        told += 1
        _tell(
            session, each, each.tender, N_("%(number)s: uw bewijs ontbreekt nog"),
            N_("De koper van “%(title)s” wacht op uw stukken tot en met %(day)s. Stuur ze op tijd:"),
            "reminder", at,
        )  # fmt: skip
    session.flush()
    return told


def relock(session: Session, *, keys: HouseKeys) -> int:
    """Lock everything that was shown with the current key of the installation; returns how many were moved.

    Raises:
        HouseKeyMissing, SealBroken: one cannot be read; nothing is moved then.
    """
    name, master = keys.current()
    moved = session.scalars(
        select(Proof).where(Proof.content_key != name).options(undefer(Proof.content)).with_for_update()
    ).all()
    for each in moved:
        text = _unlocked(each, keys)
        each.content, each.content_key = sealing.lock_text(master, _context(str(each.public_id)), text), name
    session.flush()
    return len(moved)


def _tell(
    session: Session, request: ProofRequest, tender: Tender, subject: str, text: str, what: str, at: datetime
) -> None:
    mail_each(
        session, people_with(session, request.organisation_id, *_BOARD), subject=subject, text=text,
        facts={"number": tender.number, "title": tender.title, "day": request.last_day},
        link=f"/proofs/{request.public_id}", at=at, key=f"proof-{request.id}-{what}",
    )  # fmt: skip


def _note(session: Session, what: str, tender: Tender, actor: Actor, at: datetime, **facts: object) -> None:
    note_act(session, f"proofs.{what}", tender, actor, at, **facts)
