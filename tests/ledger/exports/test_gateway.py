"""The export that is kept: the same for every process, made anew when something changes, by one at a time."""

import json
from datetime import date

import pytest
from sqlalchemy import select, text

from cwb.kernel.canonical import canonical_json
from cwb.kernel.kept import Kept
from cwb.kernel.period import Period
from cwb.kernel.transaction import atomic
from cwb.places.gateway import area_pack
from ledger.exports import gateway
from ledger.exports import queries as exports
from ledger.exports.models import SpendExport
from ledger.figure.rules import recompute
from ledger.rollups.queries import purchases

Q3 = Period.parse("2026-Q3")


def ask(session, period=Q3, *, elsewhere=False):
    """What this process answers, or another one that remembers nothing."""
    if elsewhere:
        gateway._KEPT = Kept(64)
    return gateway.export(session, period, area_pack())


def test_another_process_reads_what_the_first_made(session, spend, monkeypatch):
    spend.some("local", 6, "100.00")
    made = ask(session)
    kept = session.scalars(select(SpendExport)).one()
    assert json.loads(kept.document) == made
    monkeypatch.setattr(gateway.queries, "made", lambda *_: None)
    found = ask(session, elsewhere=True)
    assert canonical_json(found) == canonical_json(made)
    assert recompute(found) == []


def test_it_is_made_anew_when_something_it_rests_on_changes(session, spend):
    spend.some("local", 6, "100.00")
    made = [ask(session, elsewhere=True)["hash"]]
    spend.record(spend.line("new", "10.00"))
    made.append(ask(session, elsewhere=True)["hash"])
    spend.prove(spend.line("new", "10.00"), "local")
    made.append(ask(session, elsewhere=True)["hash"])
    spend.anchor.name = "Een andere naam"
    session.flush()
    made.append(ask(session, elsewhere=True)["hash"])
    assert len(set(made)) == 4
    assert len(session.scalars(select(SpendExport)).all()) == 1


def test_what_was_rolled_back_is_not_remembered(session, spend):
    with atomic(session):
        spend.some("local", 6, "100.00")
    before = ask(session)["hash"]
    with pytest.raises(LookupError), atomic(session):
        spend.record(spend.line("gone", "10.00"))
        assert ask(session)["hash"] != before
        raise LookupError
    assert ask(session)["hash"] == before
    spend.record(spend.line("other", "70.00"))
    assert ask(session)["figures"]["bridge"]["total"]["d0"] == "670.00"


def test_a_reader_keeps_it_at_once_and_a_use_case_with_the_rest(session, spend):
    with atomic(session):
        spend.some("local", 6, "100.00")
        ask(session)
        assert session.info["cwb.atomic.depth"] == 1
    assert session.scalar(text("SELECT count(*) FROM spend_export")) == 1


def test_the_period_before_is_taken_from_what_is_kept(session, spend, monkeypatch):
    before = Period.parse("2026-Q2")
    spend.some("local", 6, "100.00", on=date(2026, 5, 1))
    spend.some("local", 6, "100.00")
    whole = ask(session)
    kept = session.scalars(select(SpendExport.document).where(SpendExport.period == str(before))).one()
    assert json.loads(kept)["rows_hash"] == whole["previous"]["hash"]
    spend.record(spend.line("new", "10.00"))
    read = []
    monkeypatch.setattr(exports, "purchases", lambda *given: read.append(given[1]) or purchases(*given))
    found = ask(session)
    assert read == [Q3]
    assert found["previous"] == whole["previous"]
    assert recompute(found) == []
