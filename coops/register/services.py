"""Registering a cooperative, changing its profile, checking it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from coops.papers.errors import PaperNotFound
from coops.papers.models import CooperativePaper
from coops.register import errors, queries, rules
from coops.register.models import Cooperative, CooperativeClaim, Judgement, Verification
from cwb.audit.services import record
from cwb.identity.models import Organisation
from cwb.identity.queries import people_with
from cwb.kernel.clock import local_date
from cwb.kernel.money import Money
from cwb.kernel.policy import Role
from cwb.kernel.text import N_, Marked, search_key
from cwb.notifications.services import mail_each

NOTHING_SEEN = rules.Proof()
"""A refusal rests on no paper."""


def register_cooperative(
    session: Session, *, organisation: Organisation, kind: str, description: str, sectors: list[str],
    languages: list[str], place_code: str | None = None, place_said: bool = False, weekly_hours: int | None = None,
    people: int | None = None, largest: Money | None = None, members: int | None = None,
    serves: list[str] | None = None, claims: Mapping[str, str] | None = None, version: int | None = None,
    user_id: int, at: datetime,
) -> Cooperative:  # fmt: skip
    """Put an organisation in the register, or change its profile. `claims`: claim code → value, empty ones left out.

    `version` is the one the form was made from; None means: whatever is there now. `place_said`: the wijk is said, for
    the address proves none.

    Raises:
        SectorMissing, CapacityInvalid, SharesInvalid, MeetingInFuture: the input.
        ProfileChanged: somebody changed it in the meantime.
    """
    stated = {rules.Claim(code): value for code, value in (claims or {}).items() if value}
    rules.check_claims(stated, on=local_date(at))
    rules.check_profile(sectors, weekly_hours, people, members)
    session.execute(
        select(Organisation.id).where(Organisation.id == organisation.id).with_for_update(key_share=True)
    )
    profile = _profile(kind, sectors, languages, place_code, weekly_hours, people, largest)
    profile.update(members=members, serves=sorted(set(serves or [])), place_said=place_said)
    found = queries.find_locked(session, organisation.id)
    if found is None:
        found = Cooperative(
            organisation=organisation, name=organisation.name, description=description, **profile,
            registered_at=at, registered_by_id=user_id, claims=[],
        )  # fmt: skip
        session.add(found)
        action = "cooperative.registered"
    else:
        if version is not None and version != found.version:
            raise errors.ProfileChanged
        for name, value in profile.items():
            setattr(found, name, value)
        found.description = description
        found.search_text = search_key(f"{organisation.name} {description}")[:2000]
        found.changed_at, found.changed_by_id, found.version = at, user_id, found.version + 1
        action = "cooperative.changed"
    _state(found, stated, at)
    session.flush()
    _count(session, found, at)
    record(
        session, action=action, subject=f"cooperative:{organisation.public_id}", actor_id=user_id,
        facts={"kind": found.kind, "sectors": ",".join(found.sectors), "claims": ",".join(sorted(stated))}, at=at,
    )  # fmt: skip
    return found


def _profile(
    kind: str, sectors: list[str], languages: list[str], place_code: str | None, weekly_hours: int | None,
    people: int | None, largest: Money | None,
) -> dict[str, Any]:  # fmt: skip
    return {
        "kind": rules.CooperativeKind(kind).value, "sectors": sorted(set(sectors)),
        "languages": sorted(set(languages)), "place_code": place_code, "weekly_hours": weekly_hours,
        "people": people, "largest_minor": None if largest is None else largest.minor,
    }  # fmt: skip


def _state(found: Cooperative, stated: Mapping[rules.Claim, str], at: datetime) -> None:
    """Keep a fact that says the same since when it was said; a changed or new one counts from now."""
    kept = {claim.code: claim for claim in found.claims if claim.code in stated}
    found.claims[:] = list(kept.values())
    for code, value in stated.items():
        claim = kept.get(code.value)
        if claim is None:
            found.claims.append(CooperativeClaim(code=code.value, value=value, since=at, declared_at=at))
        elif claim.value != value:
            claim.value, claim.since, claim.declared_at, claim.minuted = value, at, at, False
        elif at >= claim.declared_at + rules.DECLARED_FOR:
            claim.declared_at = at


def verify_cooperative(
    session: Session, *, cooperative: Cooperative, verified: bool, note: str, user_id: int, at: datetime
) -> Verification:
    """Decide on a whole profile: verified on the facts that are proven now (`judge_claim`), or why not.

    Raises:
        NoSecondPerson: who filled it in or coaches it.
        NothingProven, ReasonMissing: no fact was seen in a named paper; an empty note; at the field.
    """
    cooperative = _second(session, cooperative, user_id)
    proven = sorted(each.code for each in queries.facts_of(session, cooperative, at) if each.is_proven)
    rules.check_verdict(verified=verified, note=note, proven=proven)
    decision = Verification(
        cooperative_id=cooperative.id, decided_at=at, decided_by_id=user_id, verified=verified,
        claims=proven if verified else [], note=note.strip(), valid_until=at + rules.VERIFIED_FOR,
    )  # fmt: skip
    session.add(decision)
    session.flush()
    _tell(session, cooperative, decision, at)
    record(
        session, action="cooperative.verified" if verified else "cooperative.refused",
        subject=f"cooperative:{cooperative.organisation.public_id}", actor_id=user_id,
        facts={"claims": ",".join(decision.claims), "valid_until": decision.valid_until.isoformat()}, at=at,
    )  # fmt: skip
    return decision


def judge_claim(
    session: Session,
    *,
    cooperative: Cooperative,
    code: str,
    grade: rules.Grade,
    proof: rules.Proof = NOTHING_SEEN,
    reason: str = "",
    user_id: int,
    at: datetime,
    seen: str | None = None,
) -> Judgement:
    """Judge one fact: the grade on a named paper, or (NONE) a refusal with its reason; the board hears it.

    `seen`: what the fact said on the page that was judged; None means: whatever it says now.

    Raises:
        NoSecondPerson: who filled it in or coaches it.
        ClaimNotStated: it says nothing of the kind, or no longer.
        ClaimChanged: it says something else by now.
        PaperNotFound: a paper of another organisation.
        InNoRegister, PaperShowsNot, ProofMissing, PaperUnnamed, PaperAhead, ReasonMissing: at the field.
    """
    cooperative = _second(session, cooperative, user_id)
    stated = next((each for each in cooperative.claims if each.code == code), None)
    if stated is None:
        raise errors.ClaimNotStated
    if seen is not None and stated.value != seen:
        raise errors.ClaimChanged
    if proof.paper_id is not None:
        paper = session.get_one(CooperativePaper, proof.paper_id)
        if paper.organisation_id != cooperative.organisation_id:
            raise PaperNotFound
        if grade is not rules.Grade.NONE and not rules.shows(paper.kind, code):
            raise errors.PaperShowsNot(field="file")
    made = Judgement(
        cooperative_id=cooperative.id, code=code, value=stated.value, grade=grade, proof=proof, reason=reason,
        decided_by_id=user_id, decided_at=at,
    )  # fmt: skip
    session.add(made)
    session.flush()
    _count(session, cooperative, at)
    if grade is rules.Grade.NONE:
        _tell_refused(session, cooperative, made, at)
    record(
        session, action="cooperative.judged", subject=f"cooperative:{cooperative.organisation.public_id}",
        actor_id=user_id, facts={"claim": code, "grade": grade.value}, at=at,
    )  # fmt: skip
    return made


def _second(session: Session, cooperative: Cooperative, user_id: int) -> Cooperative:
    """The profile as it is now, held, for somebody who neither filled it in nor coaches it."""
    found = queries.find_locked(session, cooperative.organisation_id) or cooperative
    if not rules.may_verify(
        user_id,
        registered_by_id=found.registered_by_id,
        changed_by_id=found.changed_by_id,
        coach_id=found.coach_id,
    ):
        raise errors.NoSecondPerson
    return found


def _count(session: Session, found: Cooperative, at: datetime) -> None:
    """Keep what its facts make of it, to look for."""
    _keep(found, queries.computed(queries.facts_of(session, found, at), found))
    session.flush()


def _keep(found: Cooperative, made: rules.Computed) -> None:
    found.computed_kind, found.computed_grade = made.kind.value, made.grade.value


def count_again(session: Session, *, at: datetime) -> None:
    """Keep what the facts of each cooperative make of it now: some lapsed since they last changed."""
    for found, facts in queries.every_fact(session, at):
        _keep(found, queries.computed(facts, found))
    session.flush()


def remind_of_falling(session: Session, *, at: datetime) -> int:
    """Tell each board, once, which of its facts will soon count for less; returns how many were told of."""
    found = queries.falling(session, at)
    for each in found:
        _write(
            session, each.cooperative, N_("Bewijs van %(name)s verloopt op %(day)s"),
            N_("Een feit in uw profiel telt na %(day)s minder zwaar. Voeg op tijd een nieuw stuk toe."),
            {"day": local_date(each.falls_at) if each.falls_at else None}, f"cooperative-falls-{each.id}", at,
        )  # fmt: skip
    return len(found)


def _tell(session: Session, cooperative: Cooperative, decision: Verification, at: datetime) -> None:
    subject = N_("Uw profiel is gecontroleerd") if decision.verified else N_("Uw profiel is nog niet in orde")
    text = (
        N_("Het programma heeft het profiel van %(name)s gecontroleerd. Inkopers zien nu wat is aangetoond.")
        if decision.verified
        else N_(
            "Het programma keek naar het profiel van %(name)s. Dit moet nog beter:\n\n%(note)s\n\n"
            "Bent u het niet eens? Vraag dan een ander om opnieuw te kijken."
        )
    )
    _write(
        session,
        cooperative,
        subject,
        text,
        {"note": decision.note},
        f"cooperative-decision-{decision.id}",
        at,
    )


def _tell_refused(session: Session, cooperative: Cooperative, made: Judgement, at: datetime) -> None:
    _write(
        session, cooperative, N_("Niet aangetoond: %(title)s"),
        N_("Het programma keek naar dit feit van %(name)s: %(title)s. Het is nog niet aangetoond. Dit is de reden:\n\n"
           "%(note)s\n\nHieronder kunt u een stuk toevoegen, uw antwoord wijzigen of bezwaar maken."),
        {"note": made.reason, "title": Marked(rules.CLAIMS[made.code])}, f"cooperative-judgement-{made.id}", at,
        link=f"/cooperatives/appeals/against/{made.public_id}",
    )  # fmt: skip


def _write(
    session: Session, cooperative: Cooperative, subject: str, text: str, facts: Mapping[str, object], key: str,
    at: datetime, link: str | None = None,
) -> None:  # fmt: skip
    """A letter to everybody of the board, once per key; it leads to the profile, or to a page that says more."""
    organisation = cooperative.organisation
    mail_each(
        session, people_with(session, organisation.id, Role.BOARD), subject=subject, text=text,
        facts={"name": organisation.name, **facts}, link=link or f"/cooperatives/{organisation.public_id}", at=at,
        key=key,
    )  # fmt: skip


def coach_cooperative(
    session: Session, *, cooperative: Cooperative, coaches: bool, user_id: int, at: datetime
) -> Cooperative:
    """Note that somebody of the programme guides this cooperative, or no longer does. A coach does not verify."""
    cooperative = queries.find_locked(session, cooperative.organisation_id) or cooperative
    if coaches:
        cooperative.coach_id = user_id
    elif cooperative.coach_id == user_id:
        cooperative.coach_id = None
    session.flush()
    record(
        session, action="cooperative.coached" if coaches else "cooperative.coach_left",
        subject=f"cooperative:{cooperative.organisation.public_id}", actor_id=user_id, at=at,
    )  # fmt: skip
    return cooperative
