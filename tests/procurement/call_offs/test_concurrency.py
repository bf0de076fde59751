"""Two buyers take the last room at once, on a database that really commits."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from decimal import Decimal
from threading import Barrier

import pytest
from sqlalchemy.pool import NullPool

from cwb.kernel import events, feature
from cwb.kernel.database import make_engine, make_sessions
from cwb.kernel.money import Money
from cwb.kernel.transaction import atomic
from procurement.call_offs import queries, services
from procurement.call_offs.errors import FrameworkFull

FEATURES = ("ledger", "coops", "procurement")


@pytest.mark.slow
def test_of_those_who_take_the_last_room_at_once_one_gets_it(
    database_url, make_world, make_panel, points, framework_of
):
    factory = make_sessions(make_engine(database_url, poolclass=NullPool))

    def fresh():
        made = factory()
        events.listen(made, events.gather([each.listeners for each in feature.load(FEATURES)]))
        return made

    with fresh() as session:
        framework = framework_of(make_world(session), kind="single")
        framework.order("6.5")
        world, number, gate = framework.world, framework.number, Barrier(4)

        def take(actor):
            with fresh() as own:
                gate.wait(20)
                try:
                    with atomic(own):
                        services.place(
                            own, framework=queries.framework(own, number), title="De rest", description="",
                            quantities={2: Decimal(1)}, starts_on=date(2027, 2, 1), ends_on=date(2027, 3, 1),
                            actor=actor, at=world.at, **framework.local,
                        )  # fmt: skip
                except FrameworkFull:
                    return "full"
                return "done"

        with ThreadPoolExecutor(4) as pool:
            outcomes = list(pool.map(take, [world.anna, world.bram] * 2))
        assert sorted(outcomes) == ["done", "full", "full", "full"]
        session.expire_all()
        assert queries.taken(session, world.tender.id) == Money(6_000_000)
