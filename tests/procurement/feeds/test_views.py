"""What the feeds say, read by parsers that are not ours: icalendar and lxml."""

from datetime import timedelta

import pytest
from icalendar import Calendar
from lxml import etree
from sqlalchemy import text

from cwb.kernel.transaction import atomic
from cwb.web import feeds
from procurement.tenders.services import cancel_tender, move_deadline

ATOM = "{http://www.w3.org/2005/Atom}"
HOSTILE = 'Ramen; <b>& "deuren", \\ é\u200f\n\r\nBEGIN:VEVENT ' + "ü" * 120


@pytest.fixture(autouse=True)
def clock(world, monkeypatch):
    monkeypatch.setattr("cwb.kernel.clock.now", lambda: world.at)


def rename(world, title):
    with atomic(world.session) as session:
        session.execute(text("ALTER TABLE tender DISABLE TRIGGER USER"))
        session.execute(
            text("UPDATE tender SET title = :title WHERE id = :id"), {"title": title, "id": world.tender.id}
        )
        session.execute(text("ALTER TABLE tender ENABLE TRIGGER USER"))
    world.session.expire_all()


def atom(answer):
    assert answer.mimetype == "application/atom+xml"
    return etree.fromstring(answer.data)


def test_an_atom_feed_is_whole(client, world):
    root = atom(client.get("/tenders.atom"))
    assert root.tag == f"{ATOM}feed"
    for name in ("id", "title", "updated"):
        assert root.findtext(f"{ATOM}{name}")
    assert {each.get("rel") for each in root.findall(f"{ATOM}link")} == {"self", "alternate"}
    entry = root.find(f"{ATOM}entry")
    assert entry.findtext(f"{ATOM}id") == f"urn:uuid:{world.tender.public_id}"
    assert entry.find(f"{ATOM}link").get("href").endswith(f"/tenders/{world.tender.number}")
    assert entry.findtext(f"{ATOM}author/{ATOM}name") == world.buyer.name
    assert entry.findtext(f"{ATOM}updated").endswith("Z")


def test_hostile_text_stays_text(client, world):
    rename(world, HOSTILE)
    entry = atom(client.get("/tenders.atom")).find(f"{ATOM}entry")
    assert "<b>&" in entry.findtext(f"{ATOM}title")
    answer = client.get(f"/tenders/{world.tender.number}/moments.ics")
    found = Calendar.from_ical(answer.data)
    events = found.walk("VEVENT")
    assert len(events) == 3
    assert all("<b>&" in str(each["SUMMARY"]) for each in events)
    assert max(len(line) for line in answer.data.split(b"\r\n")) <= 75
    assert b"\n" not in answer.data.replace(b"\r\n", b"")


def test_a_calendar_is_whole_and_its_ids_stay(client, world):
    answer = client.get(f"/tenders/{world.tender.number}/moments.ics")
    assert answer.mimetype == "text/calendar"
    found = Calendar.from_ical(answer.data)
    assert found["VERSION"] == "2.0"
    assert "METHOD" not in found
    before = {str(each["UID"]): each for each in found.walk("VEVENT")}
    closing = next(each for uid, each in before.items() if "closes_at" in uid)
    assert closing["DTSTART"].dt == world.tender.closes_at.replace(microsecond=0)
    assert closing["SEQUENCE"] == 0
    with atomic(world.session) as session:
        move_deadline(
            session, tender=world.tender, closes_at=world.tender.closes_at + timedelta(days=7), reason="Meer tijd.",
            user_id=world.anna.user_id, at=world.at,
        )  # fmt: skip
    after = {
        str(each["UID"]): each
        for each in Calendar.from_ical(client.get(f"/tenders/{world.tender.number}/moments.ics").data).walk(
            "VEVENT"
        )
    }
    assert set(after) == set(before)
    moved = next(each for uid, each in after.items() if "closes_at" in uid)
    assert moved["SEQUENCE"] == 1
    assert moved["DTSTART"].dt > closing["DTSTART"].dt


def test_what_was_stopped_is_cancelled_in_the_calendar(client, world):
    with atomic(world.session) as session:
        cancel_tender(
            session, tender=world.tender, reason="Niet meer nodig", user_id=world.anna.user_id, at=world.at
        )
    events = Calendar.from_ical(client.get("/tenders.ics").data).walk("VEVENT")
    assert {str(each["STATUS"]) for each in events} == {"CANCELLED"}
    assert "Niet meer nodig" in client.get("/tenders.atom").text


def test_who_has_it_gets_304(client, world):
    for where in (
        "/tenders.atom",
        "/tenders.ics",
        "/needs.atom",
        f"/tenders/{world.tender.number}/moments.ics",
    ):
        first = client.get(where)
        assert first.status_code == 200
        again = client.get(where, headers={"If-None-Match": first.headers["ETag"]})
        assert (again.status_code, again.data) == (304, b"")
    assert client.get("/tenders.atom").headers["Last-Modified"]


def test_only_what_is_for_all(client, world):
    with atomic(world.session) as session:
        session.execute(text("ALTER TABLE tender DISABLE TRIGGER USER"))
        session.execute(text("UPDATE tender SET access = 'invited'"))
        session.execute(text("ALTER TABLE tender ENABLE TRIGGER USER"))
    world.session.expire_all()
    assert world.tender.number not in client.get("/tenders.atom").text
    assert "VEVENT" not in client.get("/tenders.ics").text
    assert client.get(f"/tenders/{world.tender.number}/moments.ics").status_code == 404
    assert client.get("/tenders/T-2026-9999/moments.ics").status_code == 404


def test_pages_lead_to_the_feeds(client, world):
    assert "/tenders.atom" in client.get("/tenders").text
    assert "/needs.atom" in client.get("/needs").text
    assert "moments.ics" in client.get(f"/tenders/{world.tender.number}").text
    assert "webcal://" in client.get("/abonneren").text


@pytest.mark.parametrize("line", ["a" * 75, "a" * 76, "é" * 80, "𝄞" * 60, ""])
def test_folding_counts_octets_and_keeps_signs_whole(line):
    folded = feeds.fold(line)
    assert all(len(each.encode()) <= 75 for each in folded.split("\r\n"))
    assert folded.replace("\r\n ", "") == line


def test_what_turns_the_text_around_it_is_left_out(client, world):
    rename(world, "Ramen \u202exe.nat\u2066kroW")
    for page in ("/tenders.atom", "/tenders.ics"):
        told = client.get(page).get_data(as_text=True)
        assert "Ramen xe.natkroW" in told.replace("\r\n ", "")
        assert not {"\u202e", "\u2066"} & set(told)
