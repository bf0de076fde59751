"""How fast a charge on what lies still is taken of many wallets, and given back: one batch in the books, durable.

Made-up firms, each with two lots: one that lies still, one of yesterday. Yardstick: PostgreSQL writing as many lines
and changing as many balances in two plain tables, in one transaction, in the same run. After each, all accounts add up
to zero, every balance is the sum of its lines, and what left the wallets is in the fund.
"""

import time
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from benchmarks.imports import database
from cwb.identity.services import register_organisation, register_user
from cwb.kernel.database import make_engine, make_sessions
from cwb.kernel.identifiers import KvkNumber
from cwb.kernel.policy import Actor, Role
from cwb.kernel.transaction import atomic
from ledger.accounts import rules as accounts
from ledger.accounts.services import open_account
from ledger.books.rules import Leg, Posting
from ledger.books.services import post_batch
from ledger.charges import services
from ledger.charges.rules import LEAF, Kind
from ledger.conditions import queries as conditions
from ledger.conditions import services as versions
from ledger.conditions.rules import BEGUN, Every, Terms
from ledger.instruments import services as instruments
from ledger.instruments.rules import Code

SIZES = {"small": 10_000, "normal": 100_000, "large": 200_000}
MOST = 60
"""Seconds asked of 100,000 wallets."""
AT = datetime(2026, 9, 1, 10, tzinfo=UTC)
TERMS = Terms(accept_where=BEGUN[Code.NWE].accept_where, demurrage_every=Every.QUARTER, demurrage_rate=200)


def run(size: str, url: str) -> list[dict[str, Any]]:
    """Seconds of a run and of giving it back, and of the yardstick."""
    count = SIZES[size]
    with database(url) as made:
        engine = make_engine(made)
        with make_sessions(engine)() as session:
            actors = _fill(session, count)
            _analyse(engine)
            bare = _bare(engine, count)
            begun = time.perf_counter()
            with atomic(session):
                found = services.look(session, code=Code.NWE, kind=Kind.DEMURRAGE, at=AT)
            looked = time.perf_counter() - begun
            if found is None or found[1].wallets != count:
                raise RuntimeError(f"{found} of {count} wallets")
            begun = time.perf_counter()
            with atomic(session):
                batch = services.carry_out(
                    session, code=Code.NWE, kind=Kind.DEMURRAGE, total=found[1].total, actor=actors[0], at=AT
                )
            took, sound = time.perf_counter() - begun, _sound(session, found[1].total)
            begun = time.perf_counter()
            with atomic(session):
                services.give_back(
                    session, run=batch, reason="Meting van de snelheid", actor=actors[1], at=AT
                )
            back, whole = time.perf_counter() - begun, _sound(session, 0)
        engine.dispose()
    most = MOST * max(1, count / SIZES["normal"])
    name = f"charge on {count} wallets"
    return [
        _figure(f"{name}: look and carry out", looked + took, most, f"of which to look: {looked:.1f} s", sound),
        _figure(f"{name}: give back", back, most, "", whole),
        {
            "name": f"{name}: beside plain tables", "unit": "s", "figure": round(took, 2), "yardstick": round(bare, 2),
            "yardstick_name": "as many lines and balances in two plain tables", "ratio": round(bare / took, 3),
            "target": 0, "reached": sound and whole,
        },
    ]  # fmt: skip


def _figure(name: str, took: float, most: float, note: str, sound: bool) -> dict[str, Any]:
    return {
        "name": name, "unit": "s", "figure": round(took, 2), "yardstick": most, "yardstick_name": "longest time asked",
        "ratio": round(most / took, 2), "target": 1.0, "reached": sound and took <= most,
        "note": note if sound else "the books do NOT add up",
    }  # fmt: skip


def _fill(session: Session, count: int) -> list[Actor]:
    """A keeper, voted conditions, and firms with two lots each."""
    begun = AT - timedelta(days=300)
    with atomic(session):
        keeper = register_organisation(
            session, name="Stichting Meting", kvk_number="80000077", legal_form="foundation", street="Plein",
            house_number="7", postcode="1069 AB", city="Amsterdam", email="meting@voorbeeld.example", at=begun,
        )  # fmt: skip
        actors = [_actor(session, number, begun) for number in range(2)]
        instruments.set_up(
            session, code=Code.NWE, keeper_kvk=KvkNumber.parse("80000077"), actor=actors[0], at=begun
        )
        version = versions.propose(
            session, code=Code.NWE, words="Wie lang niets doet, betaalt 2%.", terms=TERMS,
            starts_on=datetime(2026, 1, 1, tzinfo=UTC).date(), actor=actors[0], at=begun,
        )  # fmt: skip
        version = conditions.version(session, version.public_id, lock=True)
        versions.record_vote(
            session, version=version, document="Notulen", decided_on=begun.date(), votes_for=2, votes_against=1,
            actor=actors[0], at=begun,
        )  # fmt: skip
        services.work_out(session, version=version, at=begun)
        versions.adopt(session, version=version, actor=actors[1], at=begun)
        _open(session, count, keeper.id)
        issued = open_account(session, party_id=keeper.id, role=accounts.Role.ISSUED, currency="NWEX")
        random = Random(7)
        for lot, at in enumerate((AT - timedelta(days=200), AT - timedelta(days=1))):
            _issue(session, issued, random, lot, at)
    return actors


def _actor(session: Session, number: int, at: datetime) -> Actor:
    user = register_user(
        session, email=f"meting{number}@voorbeeld.example", name=f"Meting {number}", password=None, locale="nl",
        at=at,
    )  # fmt: skip
    return Actor(user.id, user.name, 0, "Programma", frozenset({Role.PROGRAMME}))


def _open(session: Session, count: int, keeper_id: int) -> None:
    """Firms with a wallet each."""
    facts = {"count": count, "keeper": keeper_id, "at": AT}
    session.execute(
        text(
            "INSERT INTO party (public_id, kind, name, search_name, created_at) "
            "SELECT gen_random_uuid(), 'organisation', 'Bench ' || n, 'bench ' || n, :at "
            "FROM generate_series(1, :count) AS n"
        ),
        facts,
    )
    session.execute(
        text(
            "INSERT INTO account (public_id, party_id, currency, kind, role, subkey, floor, ceiling) SELECT "
            "gen_random_uuid(), :keeper, 'NWEX', 'asset', 'wallet', 'party:' || id, 0, 500000 FROM party "
            "WHERE search_name LIKE 'bench %'"
        ),
        facts,
    )
    session.execute(
        text(
            "INSERT INTO wallet (public_id, instrument_code, party_id, live, firm, account_id, code, opened_at) "
            "SELECT gen_random_uuid(), 'NWE', split_part(subkey, ':', 2)::bigint, false, true, id, "
            "lpad(id::text, 8, 'A'), :at FROM account WHERE role = 'wallet'"
        ),
        facts,
    )


def _issue(session: Session, issued: int, random: Random, lot: int, at: datetime) -> None:
    """One lot for each, in as few transfers as may be."""
    wallets = session.scalars(text("SELECT account_id FROM wallet ORDER BY account_id")).all()
    for first in range(0, len(wallets), LEAF):
        legs = [Leg(each, random.randrange(60_00, 2_000_00)) for each in wallets[first : first + LEAF]]
        total = Leg(issued, -sum(each.amount for each in legs))
        post_batch(session, [Posting(f"bench:{lot}:{first}", "voucher_issued", [*legs, total])], at=at)


def _analyse(engine: Engine) -> None:
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        for table in ("party", "account", "wallet", "entry", "transfer"):
            connection.execute(text(f"VACUUM ANALYZE {table}"))


def _bare(engine: Engine, count: int) -> float:
    """Seconds of the yardstick."""
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE bare (id bigint PRIMARY KEY, posted bigint, version bigint)"))
        connection.execute(
            text(
                "CREATE TABLE bare_line (id bigint, leg bigint, amount bigint, after bigint, PRIMARY KEY (id, leg))"
            )
        )
        connection.execute(
            text("INSERT INTO bare SELECT n, 10000, 1 FROM generate_series(1, :count) AS n"), {"count": count}
        )
    begun = time.perf_counter()
    with engine.begin() as connection:
        connection.execute(text("INSERT INTO bare_line SELECT id, 1, -1, posted - 1 FROM bare"))
        connection.execute(text("UPDATE bare SET posted = posted - 1, version = version + 1"))
    return time.perf_counter() - begun


def _sound(session: Session, in_fund: int) -> bool:
    """Whether all adds up to zero, every balance is the sum of its lines, and the fund holds what was taken."""
    with atomic(session):
        off = session.scalar(
            text(
                "SELECT count(*) FROM (SELECT a.id FROM account a LEFT JOIN entry e ON e.account_id = a.id "
                "GROUP BY a.id HAVING a.posted <> coalesce(sum(e.amount), 0) OR a.posted < a.floor) AS off"
            )
        )
        total = session.scalar(text("SELECT sum(posted) FROM account"))
        fund = session.scalar(text("SELECT posted FROM account WHERE role = 'wallet' AND subkey = 'fund'"))
    return off == 0 and total == 0 and fund == in_fund
