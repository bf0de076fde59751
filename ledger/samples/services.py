"""Use cases of a sample: plan it, draw it, write down what was found."""

from datetime import datetime

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from cwb.audit.services import record
from cwb.kernel.money import Money
from ledger.publication.models import Publication
from ledger.publication.queries import document
from ledger.samples import queries, rules
from ledger.samples.errors import Drawn, PopulationDiffers
from ledger.samples.models import Sample, SampleFinding, SampleItem


def plan_sample(
    session: Session,
    *,
    publication: Publication,
    method: str,
    size: int,
    seed: str,
    actor_id: int,
    at: datetime,
) -> Sample:
    """Write down how a sample will be drawn: method, size and seed, and which lines there are. Nothing is drawn yet.

    Raises:
        MethodUnknown, SizeInvalid, SeedTooShort; PopulationDiffers.
    """
    made = Sample(
        publication=publication, method=method, size=size, seed=seed, lines=_lines(session, publication),
        planned_by_id=actor_id, at=at,
    )  # fmt: skip
    session.add(made)
    session.flush()
    record(
        session, action="sample.planned", subject=f"sample:{made.public_id}", actor_id=actor_id,
        facts={"method": method, "size": size, "seed": made.seed, "lines": made.lines_hash}, at=at,
    )  # fmt: skip
    return made


def draw_sample(session: Session, *, sample: Sample, actor_id: int, at: datetime) -> Sample:
    """Draw the lines that the seed says.

    Raises:
        Drawn: it was drawn before. PopulationDiffers.
    """
    session.execute(select(Sample.id).where(Sample.id == sample.id).with_for_update())
    session.refresh(sample, ["items"])
    if sample.items:
        raise Drawn
    lines = _lines(session, sample.publication)
    hits = rules.draw(lines, method=sample.method, seed=sample.seed, size=sample.size)
    ids = queries.line_ids(session, [each.line.key for each in hits])
    session.execute(
        insert(SampleItem),
        [
            {"sample_id": sample.id, "position": place, "line_id": ids[each.line.key], "hits": each.hits}
            for place, each in enumerate(hits, start=1)
        ],
    )
    session.expire(sample, ["items"])
    record(
        session, action="sample.drawn", subject=f"sample:{sample.public_id}", actor_id=actor_id,
        facts={"lines": [each.line.key for each in hits]}, at=at,
    )  # fmt: skip
    return sample


def write_finding(
    session: Session, *, item: SampleItem, finding: str, right_amount: Money | None, note: str, actor_id: int,
    at: datetime,
) -> SampleFinding:  # fmt: skip
    """Write down what was found of a drawn line; a later one counts before an earlier one.

    Raises:
        FindingUnknown, RightAmountMissing, RightAmountSame.
    """
    right = None if right_amount is None else right_amount.minor
    rules.check_finding(finding, right, item.line.net_amount)
    made = SampleFinding(
        item_id=item.id, finding=finding, right_amount=right, note=note,
        actor_id=actor_id, at=at,
    )  # fmt: skip
    session.add(made)
    session.flush()
    record(
        session, action="sample.found", subject=f"sample_item:{item.id}", actor_id=actor_id,
        facts={"finding": finding}, at=at,
    )  # fmt: skip
    return made


def _lines(session: Session, publication: Publication) -> list[rules.Line]:
    """The lines of a published figure, which add up to what was published, to the cent."""
    lines = queries.population(session, publication.preparation)
    bridge = document(session, publication.preparation)["figures"]["bridge"]["total"]
    found = Money(sum(line.amount for line in lines)).plain(), len(lines)
    if found != (bridge["d1"], bridge["lines"]):
        raise PopulationDiffers(
            found=f"{found[0]} ({found[1]})", published=f"{bridge['d1']} ({bridge['lines']})"
        )
    return lines
