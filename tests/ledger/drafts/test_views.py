"""What anybody gets of a quarter before and after its signature, on pages and as files."""

import json
import re
from datetime import date

import fastjsonschema

from cwb.kernel.money import Money
from cwb.kernel.period import Period
from cwb.kernel.policy import Role
from cwb.places.gateway import area_pack
from ledger.drafts import services
from ledger.exports.gateway import export
from ledger.figure.rules import recompute
from ledger.opendata.rules import shape
from ledger.opendata.views import files, share
from ledger.publication import queries
from ledger.spend.commands import standing
from ledger.spend.rules import LineFacts
from ledger.spend.services import record_spend
from ledger.suppliers.rules import SupplierFacts

Q2, DATA = Period.parse("2026-Q2"), "/data/spend/2026-Q2"
TOKEN = re.compile(r'name="csrf_token" value="[^"]*"')  # holds the second it was made in
KINDS = (".csv", "-figures.csv", ".xlsx", ".ods")
CLOSED = "Deze periode is nog niet getekend"


def book(desk, *bought):
    """Lines of suppliers of which nothing is known, each with its euros."""
    lines = [
        LineFacts(SupplierFacts(name), name, date(2026, 5, 6), Money.of(euros)) for name, euros in bought
    ]
    record_spend(desk.session, anchor=desk.anchor, lines=lines, actor_id=None, at=desk.at)
    desk.session.commit()


def test_attack_19_two_looks_at_a_draft_show_nobody_one_invoice(client, sign_in, session, desk):
    book(desk, *((f"Onbekend {number}", "100") for number in range(7)))

    def looks(browser):
        paths = ("/spend?period=2026-Q2", "/spend/lines?period=2026-Q2", "/spend/targets")
        return [TOKEN.sub("", browser.get(each).text) for each in paths]

    def added(before, after):
        return [now for was, now in zip(before, after, strict=True) if was != now]

    resident, buyer = sign_in(Role.RESIDENT), sign_in(Role.PURCHASER, desk.anchor)
    before = looks(client), looks(resident)
    book(desk, ("Zzp", "0.77"))
    after = looks(client), looks(resident)
    assert [added(was, now) for was, now in zip(before, after, strict=True)] == [[], []]
    for page in (*after[0], *after[1], *looks(buyer)[:1]):
        assert "€" not in page
    assert CLOSED in after[0][1]
    assert "Dit is voorlopig" in after[0][0]
    assert "0,77" in buyer.get("/spend/lines?period=2026-Q2").text, "its own lines a buyer reads"
    assert "/spend/bridge?period=2026-Q2" in buyer.get("/spend?period=2026-Q2").text


def test_a_draft_is_a_file_for_who_reads_along_and_says_that_it_is_one(client, sign_in, session, desk):
    session.commit()
    for kind in KINDS:
        assert "voorlopig" in client.get(f"{DATA}{kind}").headers["Content-Disposition"], kind
        assert client.get(f"{DATA}{kind}?draft=yes").status_code == 403, kind
    assert client.get(f"{DATA}.json?draft=yes").status_code == 403
    for role in (Role.PURCHASER, Role.RESIDENT, Role.MEMBER, Role.BOARD):
        assert sign_in(role).get(f"{DATA}.json?draft=yes").status_code == 403, role
    for role in (Role.PROGRAMME, Role.ALLIANCE, Role.AUDITOR):
        browser = sign_in(role)
        assert recompute(browser.get(f"{DATA}.json?draft=yes").get_json()) == []
        named = browser.get(f"{DATA}.csv?draft=yes").headers["Content-Disposition"]
        assert "inkoop-2026-Q2-concept.csv" in named
        assert f"{DATA}.json?draft=yes" in browser.get("/spend?period=2026-Q2").text


def test_attack_19_a_file_of_what_nobody_signed_tells_no_buyer_category_or_wijk_apart(client, session, desk):
    desk.buy(*(f"Hier {number}" for number in range(6)), local=True)
    book(desk, *((f"Onbekend {number}", "100") for number in range(7)))
    session.commit()
    found = client.get(f"{DATA}.json").get_json()
    fastjsonschema.compile(shape(found["schema"]))(found)
    assert recompute(found) == []
    assert {(row["anchor"], row["category"]) for row in found["rows"]} == {("*", "*")}
    told = json.dumps(found)
    for buyer in (desk.anchor.name, str(desk.anchor.public_id)):
        assert buyer not in told
    apart = export(session, Q2, area_pack())["figures"]["local_supplier_share"]["total"]
    assert apart["total"] == found["figures"]["local_supplier_share"]["total"]["total"]
    assert str(desk.anchor.public_id) in json.dumps(export(session, Q2, area_pack()))


def test_once_signed_everybody_gets_that_version_whatever_is_booked_since(client, sign_in, session, desk):
    signed = desk.publish()
    session.commit()
    text = queries.signed_text(session, signed.preparation_id)
    before = [client.get(f"{DATA}{kind}").data for kind in (".csv", "-figures.csv")]
    page = client.get("/spend?period=2026-Q2").text
    desk.buy(*(f"Later {number}" for number in range(6)), local=False)
    session.commit()
    assert client.get(f"{DATA}.json").text == text
    assert recompute(json.loads(text)) == []
    assert [client.get(f"{DATA}{kind}").data for kind in (".csv", "-figures.csv")] == before
    body = page.partition("<figure")[2]
    later = client.get("/spend?period=2026-Q2").text
    assert body
    assert later.partition("<figure")[2] == body, "the same figures"
    assert "1.600,00" in sign_in(Role.AUDITOR).get("/spend?period=2026-Q2").text
    assert "1.600,00" not in client.get("/spend/lines?period=2026-Q2").text
    told = services.told(session, Q2, area_pack(), drafts=True)
    assert (told.draft, told.signed, told.export) == (True, signed, export(session, Q2, area_pack()))


def test_the_front_page_and_the_list_of_files_know_what_was_signed_alone(app, client, session, desk):
    session.commit()
    with app.test_request_context("/"):
        assert share(session, desk.at) is None
        assert files(session, desk.at) == []
        desk.publish()
        assert share(session, desk.at).facts["period"] == "2026-Q2"
        assert {each.values["period"] for each in files(session, desk.at)} == {"2026-Q2"}


def test_the_command_says_what_is_signed(session, desk):
    def said(*, drafts):
        told = services.told(session, Q2, area_pack(), drafts=drafts)
        found = standing(told.signed, told)
        return [found[name] for name in ("signed", "version", "signed_version")]

    assert said(drafts=True) == [False, None, None]
    desk.publish()
    assert [said(drafts=True), said(drafts=False)] == [[False, None, 1], [True, 1, 1]]
