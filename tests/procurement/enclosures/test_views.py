"""The pages of files and statements, walked without JavaScript; autosave as the script does it."""

import io
import re
from dataclasses import replace
from datetime import date
from html import unescape
from urllib.parse import unquote

import pytest
from sqlalchemy import select

from coops.experience.rules import JobFacts
from coops.experience.services import add_job
from cwb.files.rules import MOST_FILE
from cwb.files.views import download
from cwb.identity.models import User
from cwb.kernel.policy import Role
from cwb.kernel.transaction import atomic
from procurement.bids import queries, services
from procurement.bids.models import Bid
from procurement.panels import services as panels
from procurement.statements.gateway import table
from procurement.statements.rules import Criterion, Demand
from tests.cwb.files.test_gateway import PDF, PNG
from tests.procurement.enclosures.test_services import DEMAND


@pytest.fixture
def browser(world, app, sign_in_user):
    world.keys.folder = app.extensions["cwb.config"].data_dir / "keys" / "house"
    return lambda actor: sign_in_user(world.session.get_one(User, actor.user_id))


def text_of(answer) -> str:
    return re.sub(r"\s+", " ", unescape(answer.text))


def url(world, rest="") -> str:
    return f"/tenders/{world.tender.number}/bid{rest}"


def begin(world, page):
    assert page.post(url(world, "/start")).status_code == 303


def body(content: bytes, name: str, **fields: str) -> dict[str, object]:
    """A form with a file, as bytes: the client's own way leaves large temporary files open."""
    lines = [
        f'--xx\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n'
        for key, value in fields.items()
    ]
    lines.append(f'--xx\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n')
    made = "".join(lines).encode() + content + b"\r\n--xx--\r\n"
    return {"data": made, "content_type": "multipart/form-data; boundary=xx"}


def send(world, page, content=PDF, name="plan.pdf", question=""):
    return page.post(url(world, "/files"), **body(content, name, question=question))


def test_a_file_is_added_read_and_taken_away(world, browser):
    page = browser(world.supplier())
    begin(world, page)
    assert "Nog geen bijlagen" in text_of(page.get(url(world, "/files")))
    assert send(world, page).status_code == 303
    listed = page.get(url(world, "/files"))
    assert "plan.pdf" in text_of(listed)
    address = re.search(r'href="(/bids/[^"]+/files/[^"]+)"', listed.text)[1]
    answer = page.get(address)
    assert answer.data == PDF
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    other = browser(world.supplier("Andere"))
    assert other.get(address).status_code == 404
    gone = re.search(r'action="([^"]+/files/[^"]+/remove)"', listed.text)[1]
    assert page.post(gone).status_code == 303
    assert page.get(address).status_code == 404


@pytest.mark.parametrize("name", ["plan.pdf", "\u0645\u0644\u0641 \u20ac.pdf", 'caf\u00e9; x="y".pdf'])
def test_a_name_in_any_letters_makes_a_header_that_a_server_sends(app, name):
    with app.test_request_context():
        written = download(PDF, "pdf", name).headers["Content-Disposition"]
    assert written.isascii()
    assert unquote(written.rpartition("UTF-8''")[2]).endswith(name) or f"filename={name}" in written


def test_a_disguised_file_is_refused_on_its_page(world, browser):
    page = browser(world.supplier())
    begin(world, page)
    answer = send(world, page, b"<script>alert(1)</script>")
    assert answer.status_code == 422
    assert "past niet bij de naam" in text_of(answer)
    assert "Nog geen bijlagen" in text_of(answer)


def test_two_hundred_megabytes_are_refused_unread(world, browser):
    page = browser(world.supplier())
    begin(world, page)

    class Unread(io.RawIOBase):
        def readinto(self, buffer):
            raise AssertionError("the body was read")

        def readable(self):
            return True

    answer = page.post(
        url(world, "/files"), content_type="multipart/form-data; boundary=x",
        environ_overrides={"wsgi.input": Unread(), "CONTENT_LENGTH": str(200 * 1024 * 1024)},
    )  # fmt: skip
    assert answer.status_code == 413
    assert "Wat u eerder bewaarde, staat er nog" in text_of(answer)
    assert page.get(url(world, "/files")).status_code == 200


def test_only_the_page_of_files_takes_more_than_a_form(world, browser):
    page = browser(world.supplier())
    begin(world, page)
    big = PDF.replace(b"trailer", b"x" * (3 * 1024 * 1024) + b"trailer")
    assert send(world, page, big).status_code == 303
    answer = page.post(url(world, "/criteria/plan"), **body(big, "plan.pdf", text="x"))
    assert answer.status_code == 413
    assert send(world, page, b"%PDF-" + b"x" * (MOST_FILE + 10) + b"%%EOF").status_code == 422


def seen(answer) -> str:
    return re.search(r'name="seen"[^>]*value="(\d*)"', answer.text)[1]


def autosave(page, where, **facts):
    return page.post(where, data={"later": "1", "autosave": "1", **facts})


def test_autosave_keeps_counts_and_never_overwrites_what_is_newer(world, browser):
    actor = world.supplier()
    page, where = browser(actor), url(world, "/criteria/plan")
    begin(world, page)
    assert "data-autosave" in page.get(where).text
    first = autosave(page, where, text="Wij", seen="0")
    assert first.status_code == 200
    assert re.fullmatch(r"Bewaard om \d\d:\d\d", first.json["text"])
    second = autosave(page, where, text="Wij komen", seen=str(first.json["saved"]))
    assert second.json["saved"] > first.json["saved"]
    other_tab = autosave(page, where, text="Oud", seen=str(first.json["saved"]))
    assert other_tab.status_code == 409
    assert "intussen opgeslagen" in other_tab.json["text"]
    assert "Wij komen" in text_of(page.get(where))
    bid = queries.find_running(world.session, world.chance().lot.id, actor.organisation_id)
    assert bid.version == 0, "autosave never hands in"
    assert b"Wij komen" not in bid.draft
    assert services.read_draft(bid, world.keys).part("q:plan").value["text"] == "Wij komen"


def test_autosave_says_nothing_on_the_next_page_and_stops_at_the_deadline(world, browser):
    page, where = browser(world.supplier()), url(world, "/criteria/plan")
    begin(world, page)
    autosave(page, where, text="Wij", seen="0")
    assert "Opgeslagen" not in text_of(page.get(url(world)))
    world.closes()
    assert autosave(page, where, text="Te laat", seen="1").status_code == 422


def answer_all(page, group="crime", **more):
    where = f"/statements/{group}"
    facts = {"seen": seen(page.get(where))}
    for each in table().of(group):
        name = each.code.replace("-", "_")
        facts |= {name: more.get(name, "no"), f"{name}_text": more.get(f"{name}_text", "")}
    return page.post(where, data=facts)


def test_from_profile_to_bid_to_the_buyer(world, browser):
    world.ask(DEMAND)
    page = browser(world.supplier())
    before = text_of(page.get(url(world)))
    assert "In uw profiel mist nog iets" in before
    assert "aanvragen duurt te lang" in before
    begin(world, page)
    assert "Dit mist nog of is verlopen" in text_of(page.get(url(world, "/statement")))
    assert answer_all(page, exg_crim_part="yes").status_code == 422
    done = answer_all(page, exg_crim_part="yes", exg_crim_part_text="In 2019, schade betaald.")
    assert done.status_code == 303
    shown = page.get(url(world, "/statement"))
    assert "In 2019, schade betaald." in text_of(shown)
    facts = {"seen": seen(shown), "c1": "no", "c1_text": "Nog niet, wel als onderaannemer.", "agree": "y"}
    assert page.post(url(world, "/statement"), data=facts).status_code == 303
    assert send(world, page, name="antwoord.pdf", question="plan").status_code == 303
    assert send(world, page, PNG, "algemeen.png").status_code == 303
    bid = world.session.scalars(select(Bid)).one()
    until = world.values()["price"]["valid_until"]
    for rest, more in {
        "/price": {"price": "47118,33", "valid_until": until}, "/criteria/plan": {"text": "Drie keer per week."},
        "/criteria/social": {"text": "Drie banen."},
        "/declarations": dict.fromkeys(("requirements", "exclusion", "independent", "truth", "bound"), "y"),
    }.items():  # fmt: skip
        assert page.post(url(world, rest), data={"seen": "0", **more}).status_code == 303
    check = page.get(url(world, "/check"))
    assert "antwoord.pdf" in text_of(check)
    assert page.post(url(world, "/check"), data={"seen": seen(check)}).status_code == 303
    kept = text_of(page.get(f"/bids/{bid.public_id}"))
    assert "SHA-256" in kept
    world.closes()
    bidders = f"/tenders/{world.tender.number}/bidders"
    buyer = browser(world.anna)
    assert buyer.get(bidders).status_code == 404
    world.release(world.anna, world.bram)
    world.open(world.bram)
    listed = buyer.get(bidders)
    assert "iemand moet kijken" in text_of(listed)
    assert "algemeen.png" in listed.text
    file = buyer.get(re.search(r'href="([^"]+/bidders/[^"]+/files/[^"]+)"', listed.text)[1])
    assert file.status_code == 200
    where = re.search(r'href="([^"]+/bidders/[0-9a-f-]+)"', listed.text)[1]
    assert "In 2019, schade betaald." in text_of(buyer.get(where))
    told = {"excluded": "no", "reason": "Lang geleden en hersteld."}
    assert buyer.post(where, data=told).status_code == 303
    assert "Lang geleden en hersteld." in text_of(buyer.get(bidders))
    assert browser(world.eva).get(bidders).status_code == 200
    _blindly(world, browser, bidders)


def test_an_earlier_job_is_chosen_and_written_into_the_bid(world, browser):
    world.ask(Demand((), (Criterion("slc-abil-ref-services", "U deed dit eerder"),)))
    actor = world.supplier()
    page = browser(actor)
    begin(world, page)
    where = url(world, "/statement")
    assert "Schrijf een eerder werk op" in text_of(page.get(where))
    job = JobFacts(
        "Twee scholen", "Stichting X", 60_000_00, "90919300", date(2024, 1, 1), None, "", "Een naam"
    )
    with atomic(world.session) as session:
        made = add_job(session, facts=job, actor=actor, at=world.at)
        add_job(session, facts=replace(job, title="Een park", cpv="77313000"), actor=actor, at=world.at)
        key = str(made.public_id)
    shown = page.get(where)
    assert text_of(shown).index("Twee scholen") < text_of(shown).index("Een park")
    facts = {"seen": seen(shown), "c1": "yes", "c1_text": "", "agree": "y"}
    assert page.post(where, data=facts).status_code == 422
    long = page.post(where, data={**facts, "c1_text": "a" * 1990, "c1_jobs": key})
    assert long.status_code == 422
    assert "te lang met het gekozen werk" in long.text
    assert page.post(where, data={**facts, "c1_text": "Zie dit:", "c1_jobs": key}).status_code == 303
    bid = queries.find_running(world.session, world.chance().lot.id, actor.organisation_id)
    said = services.read_draft(bid, world.keys).part("grounds").value["criteria"]["c1"]["text"]
    assert said.startswith("Zie dit:\nTwee scholen, voor Stichting X.")
    assert "Navraag: Een naam." in said
    assert "Een park" not in said
    again = {"seen": seen(page.get(where)), "c1": "yes", "c1_text": said, "c1_jobs": key, "agree": "y"}
    assert page.post(where, data=again).status_code == 303
    bid = queries.find_running(world.session, world.chance().lot.id, actor.organisation_id)
    assert services.read_draft(bid, world.keys).part("grounds").value["criteria"]["c1"]["text"] == said


def _blindly(world, browser, bidders):
    """The panel reads the file to a question, and no name."""
    with atomic(world.session) as session:
        assessor = world.person("Cato", world.buyer, Role.ASSESSOR)
        panels.invite_assessor(
            session, tender=world.tender, user_id=assessor.user_id, actor=world.anna, at=world.at
        )
        panels.declare(session, tender=world.tender, conflict=False, actor=assessor, at=world.at)
    panel = browser(assessor)
    assert panel.get(bidders).status_code == 403
    scoring = panel.get(f"/tenders/{world.tender.number}/evaluation/bids/A")
    assert "antwoord.pdf" not in scoring.text
    assert "algemeen.png" not in scoring.text
    blind = panel.get(re.search(r'href="([^"]+/bids/A/files/[^"]+)"', scoring.text)[1])
    assert blind.data == PDF
    assert "antwoord" not in blind.headers["Content-Disposition"]


def test_a_member_reads_the_profile_and_the_board_answers(world, browser):
    with atomic(world.session):
        home = world.organisation("Cooperatie Voorbeeld")
        member, chair = world.person("Lid", home, Role.MEMBER), world.person("Voorzitter", home, Role.BOARD)
    assert "Het bestuur vult dit in" in text_of(browser(member).get("/statements"))
    assert browser(member).get("/statements/crime").status_code == 403
    page = browser(chair)
    stale = seen(page.get("/statements/tax"))
    assert answer_all(page, "tax").status_code == 303
    facts = {"seen": stale} | {each.code.replace("-", "_"): "no" for each in table().of("tax")}
    assert page.post("/statements/tax", data=facts).status_code == 409
    assert page.get("/statements/onzin").status_code == 404
