"""An experiment from plan to result: two people, before it begins, and nothing changes afterwards."""

from datetime import date, timedelta
from fractions import Fraction

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from cwb.audit.queries import history
from cwb.identity.rules import Side
from cwb.kernel.money import Money
from cwb.kernel.period import Period
from cwb.kernel.policy import Role
from cwb.places.gateway import area_pack
from ledger.allocation.errors import ClustersInvalid
from ledger.experiment import errors, queries, services
from ledger.experiment.models import Experiment
from ledger.experiment.rules import Design
from ledger.spend.rules import LineFacts
from ledger.spend.services import record_spend
from ledger.suppliers.rules import SupplierFacts

LATER = timedelta(days=250)


@pytest.fixture
def people(make_user, make_organisation):
    programme = make_organisation(Side.PROGRAMME)
    return [make_user((Role.PROGRAMME, programme)) for _ in range(2)]


@pytest.fixture
def buyers(make_organisation, session, people, at):
    """Five that bought last quarter and buy in the quarters of the plan."""
    found = [make_organisation(Side.ANCHOR) for _ in range(5)]
    quarter = Period.quarter_of(at.date()).previous_quarter()
    for _ in range(4):
        for number, each in enumerate(found):
            line = LineFacts(
                supplier=SupplierFacts(name=f"Winkel {number}"), document_number=f"{quarter}", invoice_on=quarter.start,
                amount=Money(10_000),
            )  # fmt: skip
            record_spend(session, anchor=each, lines=[line], actor_id=people[0].id, at=at)
        quarter = Period.quarter_of(quarter.end)
    return found


@pytest.fixture
def draft(session, people, buyers, at):
    design = Design(
        "Helpt het?", "Het helpt", "Kosten", Period.quarter_of(Period.quarter_of(at.date()).end), 2, ("A",), "31415926",
        Fraction(1, 4), Fraction(0), 100,
    )  # fmt: skip
    return services.draft_experiment(session, design=design, area=area_pack(), actor_id=people[0].id, at=at)


def registered(session, draft, people, at):
    services.register_experiment(session, experiment=draft, actor_id=people[1].id, at=at)
    return queries.experiment(session, draft.public_id, drafts=False)


def compute(session, found, people, at):
    return services.compute_result(
        session,
        experiment=found,
        cut=found.plan["periods"][1],
        area=area_pack(),
        actor_id=people[1].id,
        at=at,
    )


def test_from_plan_to_a_null_result(session, draft, people, buyers, at):
    assert {name for cluster in draft.plan["clusters"] for name in cluster} == {
        str(each.public_id) for each in buyers
    }
    with pytest.raises(errors.ExperimentUnknown):
        queries.experiment(session, draft.public_id, drafts=False)
    with pytest.raises(errors.PlanOwn):
        services.register_experiment(session, experiment=draft, actor_id=people[0].id, at=at)
    with pytest.raises(errors.NotRegistered):
        compute(session, draft, people, at)
    with pytest.raises(errors.BegunAlready):
        services.register_experiment(session, experiment=draft, actor_id=people[1].id, at=at + LATER)
    found = registered(session, draft, people, at)
    with pytest.raises(errors.AlreadyRegistered):
        registered(session, draft, people, at)
    with pytest.raises(errors.CutNotOver):
        compute(session, found, people, at)
    result = compute(session, found, people, at + LATER)
    assert result.found["primary"]["low"] | {"interval": 0} == {
        "difference": "0.0000", "p": "1.0000", "interval": 0, "begun": result.found["primary"]["low"]["begun"],
        "waiting": 10 - result.found["primary"]["low"]["begun"],
    }  # fmt: skip
    assert result.found["primary"]["high"]["p"] == "1.0000"
    with pytest.raises(errors.CutTaken):
        compute(session, found, people, at + LATER)
    sealed = history(session, f"experiment:{draft.public_id}")
    assert [each.action for each in sealed] == [
        "experiment.computed",
        "experiment.registered",
        "experiment.drafted",
    ]
    assert sealed[1].facts == {"hash": draft.checksum, "code": found.registration.code}


def test_a_plan_of_nobody_is_refused(session, people, at):
    design = Design(
        "T", "H", "S", Period.parse("2030-Q1"), 2, ("A",), "31415926", Fraction(1, 4), Fraction(0), 0
    )
    with pytest.raises(ClustersInvalid):
        services.draft_experiment(session, design=design, area=area_pack(), actor_id=people[0].id, at=at)


def test_changed_code_needs_a_deviation_that_stands_beside_the_result(
    session, draft, people, at, monkeypatch
):
    with pytest.raises(errors.NotRegistered):
        services.tell_deviation(
            session,
            experiment=draft,
            since=at.date(),
            reason="Een andere grens",
            analysis=False,
            actor_id=1,
            at=at,
        )
    found = registered(session, draft, people, at)
    monkeypatch.setattr(services, "code_hash", lambda: "f" * 64)
    with pytest.raises(errors.AnalysisChanged):
        compute(session, found, people, at + LATER)
    for analysis in (False, True):
        services.tell_deviation(
            session, experiment=found, since=date(2026, 1, 1), reason="Een fout in de rekenregels", analysis=analysis,
            actor_id=people[0].id, at=at + LATER,
        )  # fmt: skip
        if not analysis:
            with pytest.raises(errors.AnalysisChanged):
                compute(session, found, people, at + LATER)
    assert compute(session, found, people, at + LATER).code == "f" * 64


REGISTER = "INSERT INTO experiment_registration (experiment_id, code, registered_by_id, at) SELECT id, repeat('a', 64), "

DEVIATE = """
    INSERT INTO experiment_deviation (experiment_id, since, reason, told_by_id, at)
    SELECT id, '2026-01-01', 'zomaar iets', drafted_by_id, now() FROM experiment
"""


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE experiment SET title = 'x'",
        "DELETE FROM experiment",
        REGISTER + "drafted_by_id, now() FROM experiment",
        DEVIATE,
    ],
)
def test_the_database_keeps_a_plan_and_asks_for_two(session, draft, statement):
    with (
        pytest.raises(DBAPIError, match=r"append-only|a second person|is not registered"),
        session.begin_nested(),
    ):
        session.execute(text(statement))
    assert session.scalar(select(Experiment.title)) == "Helpt het?"


def test_a_plan_comes_before_the_first_real_transfer(session, draft, people, at, monkeypatch):
    assert not queries.real_transfers(session)
    monkeypatch.setattr(queries, "real_transfers", lambda _session: True)
    with pytest.raises(errors.TransfersThere):
        registered(session, draft, people, at)


def test_the_pages_from_plan_to_export(session, sign_in_user, client, people, draft):
    session.commit()  # a refusal rolls back no further than here
    first, second = sign_in_user(people[0]), sign_in_user(people[1])
    address = f"/spend/experiment/{draft.public_id}"
    assert client.get(address).status_code == 404
    assert "nog niet vast" in first.get(address).text
    assert first.post(f"{address}/register").status_code == 403
    assert second.post(f"{address}/register").status_code == 303
