"""The last half minute before a deadline: many cooperatives hand in at once, over the web, some of them too late.

A demo is made for the occasion; the database's clock is set so that the tender closes in half a minute. Every answer
is held against what is stored: told yes is stored once and in time, told no is not stored and is noted as late. The
yardstick is what was sent in time: the ratio must be 1.
"""

import asyncio
import re
import sys
from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any
from urllib.parse import urlencode

from flask import Flask
from sqlalchemy import Engine, func, select, text
from sqlalchemy.orm import Session

from benchmarks.pages import demo_of_its_own, served
from cwb.app import create_app
from cwb.config import Config
from cwb.identity.models import Mandate, Organisation, User
from cwb.kernel import clock
from cwb.kernel.database import make_engine, make_sessions
from cwb.kernel.policy import Actor, Role
from cwb.kernel.transaction import atomic
from cwb.sign_in.services import open_session
from procurement.bids import queries, rules, services
from procurement.bids.models import Bid, BidVersion, LateAttempt
from procurement.sealing.gateway import HouseKeys
from procurement.tenders.models import Tender

CLIENTS, BIDS, LATE = 50, 500, 50
"""Clients at once, bids that are sent in time, and bids that are sent after the deadline."""

WINDOW, MARGIN = 30.0, 1.5
"""Seconds before the deadline in which all is sent; the last of them leaves so long before it."""

PREPARING = 20.0
"""Seconds to open the last page of each bid before the window begins."""


@dataclass(frozen=True, slots=True)
class Bidder:
    """A cooperative with a bid that is ready: the cookie of its board member."""

    bid_id: int
    cookie: str


@dataclass(slots=True)
class Told:
    """What a bidder was told: yes or no, after how many seconds."""

    bid_id: int
    yes: bool
    took: float


def run(size: str, url: str) -> list[dict[str, Any]]:
    """500 bids in the last 30 seconds from 50 clients, and 50 too late (a tenth of it with `--size small`)."""
    part = 10 if size == "small" else 1
    with demo_of_its_own(url) as database:
        engine = make_engine(database)
        with make_sessions(engine)() as session:
            number, closes_at = _tender(session)
            bidders = _prepare(session, number, (BIDS + LATE) // part)
        with served("cwb.wsgi:app", database) as port:
            told = asyncio.run(
                _storm(port, number, bidders, LATE // part, lambda: _close_in(engine, closes_at))
            )
        with make_sessions(engine)() as session:
            figure = _held_against_what_is_stored(session, number, told, BIDS // part)
        engine.dispose()
    return [figure]


def _tender(session: Session) -> tuple[str, datetime]:
    """Number and deadline of an open tender of the demo on which anybody may bid."""
    at = queries.database_now(session)
    statement = (
        select(Tender.number, Tender.closes_at)
        .where(
            Tender.published_at.is_not(None), Tender.closes_at > at, Tender.access == "open",
            Tender.cancelled_at.is_(None), Tender.reservation.is_(None), Tender.lot_count == 1,
            Tender.life_cycle.is_(None),
        )
        .order_by(Tender.closes_at.desc())
        .limit(1)
    )  # fmt: skip
    found = session.execute(statement).one()
    return str(found[0]), found[1]


def _prepare(session: Session, number: str, bids: int) -> list[Bidder]:
    """So many cooperatives with a bid that only needs to be handed in."""
    config = Config.from_environment()
    keys, application = HouseKeys(config.data_dir), create_app(config)
    found = []
    for place in range(bids):
        with atomic(session):
            actor, user = board(session, place)
            chance = queries.opportunity(session, number, actor=actor)
            bid = services.start_bid(session, chance=chance, actor=actor, at=clock.now())
            draft = services.read_draft(bid, keys)
            for name in rules.parts(chance.asked):
                draft = services.save_part(
                    session, chance=chance, bid=bid, name=name, value=_answer(name, chance, place),
                    seen=draft.part(name).saved, actor=actor, keys=keys,
                )  # fmt: skip
            opened = open_session(session, user=user, at=clock.now(), organisation_id=actor.organisation_id)
            found.append(Bidder(bid.id, cookie(application, opened.token)))
    return found


def board(session: Session, place: int) -> tuple[Actor, User]:
    """A cooperative with a board member."""
    at = clock.now()
    organisation = Organisation(
        name=f"Coöperatie {place} (voorbeeld)", created_at=at, kvk_number=f"8{place:07}", legal_form="cooperative",
        street="Plein", house_number="1", postcode="1069 AB", city="Amsterdam", email="post@example.org",
    )  # fmt: skip
    user = User(email=f"storm{place}@example.org", name=f"Bestuurder {place}", created_at=at, locale="nl")
    session.add_all([organisation, user])
    session.flush()
    session.add(Mandate(user_id=user.id, organisation_id=organisation.id, role=Role.BOARD, granted_at=at))
    session.flush()
    return Actor(user.id, user.name, organisation.id, organisation.name, frozenset({Role.BOARD})), user


def _answer(name: str, chance: queries.Opportunity, place: int) -> dict[str, object]:
    if name == rules.PRICE:
        price = (chance.tender.value_minor or 5_000_000) - place
        return {
            "minor": price, "typed": f"{price / 100:.2f}", "note": "",
            "valid_until": (chance.closes_on + rules.USUAL_VALID).isoformat(),
        }  # fmt: skip
    if name == rules.LABOUR:
        return {"hours": "900", "minor": 3_000_000, "fee_hours": "0", "fee_minor": 0}
    if name == rules.DECLARATIONS:
        return dict.fromkeys(rules.STATEMENTS, True)
    return {"text": f"Wij werken met {place + 2} vaste mensen."}


def cookie(application: Flask, token: str) -> str:
    """The cookie of who opened a session."""
    serializer: Any = application.session_interface.get_signing_serializer(application)  # type: ignore[attr-defined]
    return "cwb=" + str(
        serializer.dumps({"_user_id": token, "_fresh": True, "lang": "nl", "csrf_token": token})
    )


def _close_in(engine: Engine, closes_at: datetime) -> None:
    """Set the database's clock so that the tender closes when preparing and the window are over."""
    with engine.begin() as connection:
        connection.execute(
            text("UPDATE database_clock SET shift = :closes - :left - clock_timestamp()"),
            {"closes": closes_at, "left": timedelta(seconds=PREPARING + WINDOW)},
        )


async def _storm(port: int, number: str, bidders: list[Bidder], late: int, set_clock: Any) -> list[Told]:
    """Each client opens the last page of its bids, waits, and presses the button at a moment of its own."""
    random = Random(number)
    loop = asyncio.get_running_loop()
    path = f"/tenders/{number}/bid/check"
    await asyncio.to_thread(set_clock)
    start = loop.time()
    closes = start + PREPARING + WINDOW
    pressing = [closes - MARGIN - (WINDOW - MARGIN) * random.random() ** 2 for _ in bidders[late:]]
    moments = [closes + 0.5 + random.random() for _ in range(late)] + pressing
    told: list[Told] = []
    work = sorted(zip(moments, bidders, strict=True), key=lambda each: each[0])
    await asyncio.gather(*(_client(port, path, work[n::CLIENTS], told) for n in range(CLIENTS)))
    return told


async def _client(port: int, path: str, work: list[tuple[float, Bidder]], told: list[Told]) -> None:
    loop = asyncio.get_running_loop()
    ready = []
    for moment, bidder in work:
        _, page = await ask(port, "GET", path, bidder.cookie)
        fields = dict(re.findall(r'<input[^>]*name="(csrf_token|once|seen)"[^>]*value="([^"]*)"', page))
        if "Maak eerst af" in page:
            raise RuntimeError("a bid of the bench is not whole: the demo asks for more than it answers")
        fields |= {
            name: value
            for value, name in re.findall(r'value="([^"]*)"[^>]*name="(csrf_token|once|seen)"', page)
        }
        ready.append((moment, bidder, urlencode(fields)))
    for moment, bidder, form in ready:
        await asyncio.sleep(max(0.0, moment - loop.time()))
        begun = loop.time()
        status, _ = await ask(port, "POST", path, bidder.cookie, form)
        told.append(Told(bidder.bid_id, status == 303, loop.time() - begun))


async def ask(port: int, method: str, path: str, cookie: str, form: str = "") -> tuple[int, str]:
    """Ask for a page, or send a form; status and answer."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    head = [f"{method} {path} HTTP/1.1", f"Host: 127.0.0.1:{port}", f"Cookie: {cookie}", "Connection: close"]
    if form:
        head += ["Content-Type: application/x-www-form-urlencoded", f"Content-Length: {len(form)}"]
    writer.write("\r\n".join([*head, "", form]).encode())
    answer = (await reader.read()).decode(errors="replace")
    writer.close()
    return int(answer.split(" ", 2)[1]), answer


def _held_against_what_is_stored(
    session: Session, number: str, told: list[Told], asked: int
) -> dict[str, Any]:
    tender = session.scalars(select(Tender).where(Tender.number == number)).one()
    rows = session.execute(
        select(BidVersion.bid_id, BidVersion.submitted_at)
        .join(Bid, Bid.id == BidVersion.bid_id)
        .where(Bid.id.in_([each.bid_id for each in told]))
    ).all()
    stored = Counter(row.bid_id for row in rows)
    noted = (
        session.scalar(
            select(func.count()).select_from(LateAttempt).where(LateAttempt.tender_id == tender.id)
        )
        or 0
    )
    yes, no = [each for each in told if each.yes], [each for each in told if not each.yes]
    doubled = sum(count > 1 for count in stored.values())
    lost = sum(stored[each.bid_id] == 0 for each in yes)
    untrue = sum(stored[each.bid_id] > 0 for each in no)
    late = sum(row.submitted_at >= tender.closes_at for row in rows)
    took = sorted(each.took * 1000 for each in told)
    sound = not (doubled or lost or untrue or late) and noted == len(no)
    return {
        "name": "bids before a deadline",
        "unit": "bids in time",
        "figure": len(yes),
        "yardstick": asked,
        "yardstick_name": f"sent in the last {WINDOW:.0f} s by {CLIENTS} clients, {len(told) - asked} more too late",
        "ratio": len(yes) / asked,
        "target": 1.0,
        "reached": len(yes) == asked and sound,
        "note": (
            f"{lost} lost, {doubled} doubled, {late} late accepted, {untrue} refused and stored, {len(no)} refused"
            f" of which {noted} noted; answered in {took[len(took) // 2]:.0f} ms, the slowest in {took[-1]:.0f}"
        ),
    }


if __name__ == "__main__":
    print(run(sys.argv[1], sys.argv[2]))
