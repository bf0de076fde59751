"""Two acts that exclude each other at once, each on a connection of its own: one wins, the other is told why."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from sqlalchemy.pool import NullPool

from cwb.kernel.database import make_engine, make_sessions
from cwb.kernel.transaction import atomic
from ledger.vat.rules import VatCode
from procurement.awards import queries as awards
from procurement.contracts import errors as contract_errors
from procurement.contracts import services as contracts
from procurement.contracts.rules import instalments
from procurement.lots.queries import stops as stopped
from procurement.standstill import errors, rules, services
from procurement.stops import errors as stop_errors
from procurement.stops import services as stops
from procurement.tenders import queries as tenders
from tests.procurement.divided import TERMS, Line

TIMES = 4


def race(sessions, *acts):
    """Each act in a session of its own, at once; what became of each."""
    gate = Barrier(len(acts))

    def run(act):
        with sessions() as own:
            gate.wait(20)
            try:
                with atomic(own):
                    act(own)
            except (
                errors.StandstillRuns,
                errors.AlreadyEnded,
                contract_errors.NotAwarded,
                stop_errors.LotHasContract,
            ) as why:
                return type(why).__name__
            return "done"

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


@pytest.mark.slow
def test_longer_waiting_and_the_last_word_at_once(database_url, make_world):
    sessions = make_sessions(make_engine(database_url, poolclass=NullPool))
    for _ in range(TIMES):
        _longer_or_definitive(sessions, make_world)


@pytest.mark.slow
def test_stopping_a_lot_and_making_its_contract_at_once(database_url, make_world):
    sessions = make_sessions(make_engine(database_url, poolclass=NullPool))
    for _ in range(TIMES):
        _stop_or_contract(sessions, make_world)


def _longer_or_definitive(sessions, make_world):
    with sessions() as session:
        world = make_world(session)
        world.divide(2)
        line = Line(world, {1: {"Glans": (4_000_000, None, 40)}, 2: {"Boen": (4_000_000, None, 40)}})
        line.open()
        line.freeze()
        line.prepare()
        line.send()
        session.commit()
        until, number, tender_id = line.decision().standstill_until, world.tender.number, world.tender.id

        def longer(own):
            services.extend(
                own, tender=tenders.find_tender(own, number), last_day=rules.last_day(until) + timedelta(days=3),
                reason="Wij leggen het uit.", actor=world.anna, at=until - timedelta(microseconds=1),
            )  # fmt: skip

        def last_word(own):
            services.make_definitive(own, tender=tenders.find_tender(own, number), actor=world.bram, at=until)

        outcome = race(sessions, longer, last_word)
        assert outcome in (["done", "StandstillRuns"], ["AlreadyEnded", "done"])
        session.expire_all()
        found = awards.find_decision(session, tender_id)
        is_definitive = outcome[1] == "done"
        assert (found.definitive_at is not None) is is_definitive
        assert {each.definitive_at is not None for each in found.lots} == {is_definitive}
        assert (found.standstill_until > until) is not is_definitive


def _stop_or_contract(sessions, make_world):
    with sessions() as session:
        world = make_world(session)
        world.divide(2)
        line = Line(world, {1: {"Glans": (4_000_000, None, 40)}, 2: {"Boen": (4_000_000, None, 40)}})
        line.open()
        line.freeze()
        line.awarded()
        session.commit()
        number, at = world.tender.number, world.at

        def stop(own):
            stops.stop_lot(
                own, tender=tenders.find_tender(own, number), lot=2, reason="Toch niet.", actor=world.anna, at=at
            )  # fmt: skip

        def agree(own):
            tender = tenders.find_tender(own, number)
            lot = tender.lots[1]
            price = contracts.awarded_price(own, lot)
            contracts.make_contract(
                own, tender=tender, lot=lot, lines=instalments(price, 2, "Werk", VatCode.STANDARD),
                actor=world.bram, at=at, **TERMS,
            )  # fmt: skip

        outcome = race(sessions, stop, agree)
        assert outcome in (["done", "NotAwarded"], ["LotHasContract", "done"])
        session.expire_all()
        assert bool(stopped(session, world.tender.id)) is (outcome[0] == "done")
