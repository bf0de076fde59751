"""Reading mandates, what of a joint contract is left, and what each partner's invoice would come to."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload, selectinload

from cwb.identity.models import Organisation
from ledger.agreements.models import AgreedLine, Agreement
from ledger.invoicing import queries as invoicing
from ledger.jointly import rules
from ledger.jointly.errors import MandateEnded, NotJoint, PartUnknown
from ledger.jointly.models import JointMandate, JointPart, JointSplit
from ledger.kor.queries import covers
from ledger.kor.rules import code_for
from ledger.vat import rules as vat


def mandates(session: Session, agreement_id: int) -> Sequence[JointMandate]:
    """Every mandate under an agreement, newest first, with both sides."""
    return session.scalars(
        select(JointMandate)
        .where(JointMandate.agreement_id == agreement_id)
        .options(joinedload(JointMandate.party), joinedload(JointMandate.agent))
        .order_by(JointMandate.id.desc())
    ).all()


def mandate_locked(session: Session, public_id: UUID, party_id: int) -> JointMandate:
    """A mandate that this party gave, and nobody else's until the end of the transaction.

    Raises:
        MandateEnded: there is none, or it is another's.
    """
    found = session.scalar(
        select(JointMandate)
        .where(JointMandate.public_id == public_id, JointMandate.party_id == party_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if found is None:
        raise MandateEnded
    return found


def running(given: Sequence[JointMandate]) -> dict[int, JointMandate]:
    """By partner the mandate it gave and did not take back."""
    return {each.party_id: each for each in given if each.ended_at is None}


def splits(session: Session, agreement_id: int) -> Sequence[JointSplit]:
    """What was sent together under an agreement, newest first, with each partner's invoice."""
    shares = selectinload(JointSplit.shares)
    return session.scalars(
        select(JointSplit)
        .where(JointSplit.agreement_id == agreement_id)
        .options(shares.joinedload(JointPart.party), shares.joinedload(JointPart.invoice))
        .order_by(JointSplit.number.desc())
    ).all()


def next_number(session: Session, agreement_id: int) -> int:
    """The number of the next act under an agreement."""
    most = select(func.max(JointSplit.number)).where(JointSplit.agreement_id == agreement_id)
    return (session.scalar(most) or 0) + 1


def parts(agreement: Agreement) -> list[rules.Part[AgreedLine]]:
    """The agreed lines of a joint contract."""
    return rules.parts((each.description, each.party_id, each) for each in agreement.lines)


def part(agreement: Agreement, place: int) -> rules.Part[AgreedLine]:
    """An agreed line by its place.

    Raises:
        NotJoint, PartUnknown.
    """
    found = parts(agreement)
    if not found or len(agreement.suppliers) < 2:
        raise NotJoint
    if not 1 <= place <= len(found):
        raise PartUnknown
    return found[place - 1]


def is_free(session: Session, agreement: Agreement, chosen: rules.Part[AgreedLine]) -> bool:
    """Whether no partner has invoiced anything of it."""
    return chosen.place in free(session, agreement, [chosen])


def free(session: Session, agreement: Agreement, chosen: Sequence[rules.Part[AgreedLine]]) -> set[int]:
    """Places of the agreed lines of which no partner has invoiced anything that was not taken back."""
    used = invoicing.used(session, agreement.id)
    return {
        each.place
        for each in chosen
        if not any(line.id in used and used[line.id].quantity for line in each.lines)
    }


def small(session: Session, party_ids: Collection[int], day: date) -> set[int]:
    """Which of these are under the small businesses scheme on a day."""
    found = select(Organisation.id).where(Organisation.id.in_(party_ids), covers(Organisation.id, day))
    return set(session.scalars(found))


@dataclass(frozen=True, slots=True)
class Share:
    """What a partner's invoice comes to, with the mandate that the sender has (None: its own, or none)."""

    party: Organisation
    line: AgreedLine
    sums: vat.Totals
    mandate: JointMandate | None


def shares(
    session: Session, agreement: Agreement, chosen: rules.Part[AgreedLine], agent_id: int, day: date,
    given: dict[int, JointMandate],
) -> list[Share]:  # fmt: skip
    """Each partner's part of an agreed line, with the VAT of its own regime on a day."""
    parties = {each.party_id: each.party for each in agreement.suppliers}
    exempt, found = small(session, parties, day), []
    for line in chosen.lines:
        party_id = line.party_id or 0
        rate = vat.rate_on(code_for(line.vat_code, small=party_id in exempt), day)
        held = given.get(party_id)
        found.append(
            Share(
                parties[party_id], line, vat.totals([(rate.category, rate.percent, line.net)]),
                held if held and held.agent_id == agent_id else None,
            )
        )  # fmt: skip
    return found
