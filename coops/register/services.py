"""Registering a cooperative, changing its profile, checking it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from coops.register import errors, queries, rules
from coops.register.models import Cooperative, CooperativeClaim, Verification
from cwb.audit.services import record
from cwb.identity.models import Organisation
from cwb.identity.queries import people_with
from cwb.kernel.clock import local_date
from cwb.kernel.money import Money
from cwb.kernel.policy import Role
from cwb.kernel.text import N_, search_key
from cwb.notifications.services import send_mail


def register_cooperative(
    session: Session,
    *,
    organisation: Organisation,
    kind: str,
    description: str,
    sectors: list[str],
    languages: list[str],
    place_code: str | None = None,
    weekly_hours: int | None = None,
    people: int | None = None,
    largest: Money | None = None,
    claims: Mapping[str, str] | None = None,
    version: int | None = None,
    user_id: int,
    at: datetime,
) -> Cooperative:
    """Put an organisation in the register, or change its profile. `claims`: claim code → value, empty ones left out.

    `version` is the one the form was made from; None means: whatever is there now.

    Raises:
        SectorMissing, CapacityInvalid, SharesInvalid, MeetingInFuture: the input.
        ProfileChanged: somebody changed it in the meantime.
    """
    stated = {rules.Claim(code): value for code, value in (claims or {}).items() if value}
    rules.check_claims(stated, on=local_date(at))
    rules.check_profile(sectors, weekly_hours, people)
    session.execute(
        select(Organisation.id).where(Organisation.id == organisation.id).with_for_update(key_share=True)
    )
    profile = _profile(kind, sectors, languages, place_code, weekly_hours, people, largest)
    found = queries.find_locked(session, organisation.id)
    if found is None:
        found = Cooperative(
            organisation_id=organisation.id, name=organisation.name, description=description, **profile,
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
            found.claims.append(CooperativeClaim(code=code.value, value=value, declared_at=at))
        elif claim.value != value or at >= claim.declared_at + rules.DECLARED_FOR:
            claim.value, claim.declared_at = value, at


def verify_cooperative(
    session: Session,
    *,
    cooperative: Cooperative,
    verified: bool,
    claims: list[str],
    note: str,
    user_id: int,
    at: datetime,
) -> Verification:
    """Decide on a profile: which claims were seen in a document (`note` says which), or why it is refused.

    Raises:
        NoSecondPerson: who filled it in or coaches it.
        ProofMissing, ReasonMissing: an empty note.
    """
    cooperative = queries.find_locked(session, cooperative.organisation_id) or cooperative
    second = rules.may_verify(
        user_id,
        registered_by_id=cooperative.registered_by_id,
        changed_by_id=cooperative.changed_by_id,
        coach_id=cooperative.coach_id,
    )
    if not second:
        raise errors.NoSecondPerson
    if not note.strip():
        raise (errors.ProofMissing if verified else errors.ReasonMissing)(field="note")
    stated = {claim.code for claim in cooperative.claims}
    decision = Verification(
        cooperative_id=cooperative.id, decided_at=at, decided_by_id=user_id, verified=verified,
        claims=sorted(stated & set(claims)) if verified else [], note=note.strip(),
        valid_until=at + rules.VERIFIED_FOR,
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


def _tell(session: Session, cooperative: Cooperative, decision: Verification, at: datetime) -> None:
    subject = N_("Uw profiel is gecontroleerd") if decision.verified else N_("Uw profiel is nog niet in orde")
    text = (
        N_("Het programma heeft het profiel van %(name)s gecontroleerd. U kunt nu inschrijven op opdrachten.")
        if decision.verified
        else N_("Het programma keek naar het profiel van %(name)s. Dit moet nog beter:\n\n%(note)s")
    )
    for person in people_with(session, cooperative.organisation_id, Role.BOARD):
        send_mail(
            session, to=person.email, locale=person.locale, subject=subject, text=text,
            facts={"name": cooperative.organisation.name, "note": decision.note},
            link=f"/cooperatives/{cooperative.organisation.public_id}", at=at,
            key=f"cooperative-decision-{decision.id}-{person.id}",
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
