"""Two people at once, on a database that really commits."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier

import pytest
from sqlalchemy import func, select
from sqlalchemy.pool import NullPool

from cwb.kernel import events, feature
from cwb.kernel.database import make_engine, make_sessions
from cwb.kernel.errors import Conflict
from cwb.kernel.money import Money
from cwb.kernel.policy import Role
from cwb.kernel.transaction import atomic
from cwb.notifications.models import Mail
from ledger.agreements.models import Agreement
from ledger.vat.rules import VatCode
from procurement.awards import queries as award_queries
from procurement.awards import services as awards
from procurement.awards.gateway import terms
from procurement.contracts import queries, rules, services
from procurement.contracts.rules import LocalOutcome
from procurement.standstill.services import make_definitive

FEATURES = ("ledger", "coops", "procurement")


@pytest.fixture
def sessions(database_url):
    engine = make_engine(database_url, poolclass=NullPool)
    factory = make_sessions(engine)

    def fresh():
        made = factory()
        events.listen(made, events.gather([each.listeners for each in feature.load(FEATURES)]))
        return made

    return fresh


def at_once(sessions, acts):
    """Run acts at the same moment, each on its own connection; the outcomes in order."""
    gate = Barrier(len(acts))

    def run(act):
        with sessions() as session:
            gate.wait(10)
            try:
                with atomic(session):
                    act(session)
            except Conflict as fault:
                return type(fault).__name__
            return "done"

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


@pytest.mark.slow
def test_two_purchasers_sending_and_two_signing_at_once(sessions, make_world, make_panel, points):
    with sessions() as session:
        world = make_world(session)
        panel = make_panel(world)
        with atomic(session):
            third = world.person("Cas", world.buyer, Role.PURCHASER)
        panel.frozen(points)
        panel.prepare()
        panel.write("Boen", "Stof")
        version = award_queries.find_decision(session, world.tender.id).version
        session.commit()

        def send(actor):
            def act(own):
                tender = award_queries.tender(own, world.tender.number)
                awards.send_decision(
                    own, tender=tender, version=version, terms=terms("nieuw_west"), actor=actor, at=world.at
                )

            return act

        assert sorted(at_once(sessions, [send(world.bram), send(third)])) == ["AlreadySent", "done"]
        assert session.scalar(select(func.count()).select_from(Mail).where(Mail.key.like("award-%"))) == 3
        session.expire_all()
        decision = award_queries.find_decision(session, world.tender.id)
        world.at = decision.standstill_until
        panel.do(make_definitive, world.anna)
        contract = panel.do(
            services.make_contract, world.anna, lot=panel.lot,
            lines=rules.instalments(Money(4_800_000), 4, "Schoonmaak", VatCode.STANDARD),
            starts_on=date(2027, 1, 1), ends_on=date(2027, 12, 31), payment_days=30,
        )  # fmt: skip
        with atomic(session):
            services.examine_local_option(
                session, contract=contract, outcome=LocalOutcome.LOCAL_CHOSEN, reason="De winnaar zit hier.",
                actor=world.anna, at=world.at,
            )  # fmt: skip

        def sign(actor):
            def act(own):
                found = queries.contract(own, contract.number)
                services.sign_contract(own, contract=found, version=1, actor=actor, at=world.at)

            return act

        outcomes = at_once(sessions, [sign(world.anna), sign(world.bram), sign(panel.suppliers["Glans"])])
        assert sorted(outcomes) == ["SignedBefore", "done", "done"]
        session.expire_all()
        assert queries.contract(session, contract.number).agreement_id is not None
        assert session.scalar(select(func.count()).select_from(Agreement)) == 1
