"""The figure's pages: public groups, single lines for who may, and nothing that is somebody else's."""

import copy
import csv
import html
import json
import re
from datetime import date
from decimal import Decimal
from io import BytesIO, StringIO

import fastjsonschema
import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy import event, select

from cwb.kernel.identifiers import Cpv
from cwb.kernel.money import Money
from cwb.kernel.period import Period
from cwb.kernel.policy import Role
from cwb.places.gateway import area_pack
from cwb.web.i18n import points
from ledger.exports.gateway import export
from ledger.figure.rules import recompute
from ledger.spend.models import SpendLine

SECRET = "Geheime Leverancier"


@pytest.fixture
def quarter(spend, session):
    spend.some("local", 6, "100.00", cpv=Cpv("90910000"))
    spend.some("not_local", 9, "100.00", cpv=Cpv("90910000"))
    spend.record(
        spend.line(SECRET, "77.00", description="vertrouwelijk"),
        spend.line("Belasting", "50.00", exclusion="X2"),
    )
    spend.some("not_local", 6, "10.00", anchor=spend.other)
    session.commit()
    return spend


@pytest.fixture
def along(sign_in):
    """The board of the alliance: it reads a figure before it is signed."""
    return sign_in(Role.ALLIANCE)


def text_of(response):
    return response.get_data(as_text=True)


def test_without_lines_the_page_says_what_will_stand_here(client, sign_in):
    assert "Nog geen cijfers" in text_of(client.get("/spend"))
    assert client.get("/spend/lines").status_code == 200
    assert "Lever eerst inkoopregels aan" in text_of(sign_in(Role.PURCHASER).get("/spend"))
    assert client.get("/data/spend/2026-Q3.json").status_code == 200


def test_the_public_page_shows_interval_bridge_and_groups(along, quarter):
    page = text_of(along.get("/spend?period=2026-Q3"))
    for said in (
        "Tussen 36,6", "Nog niet gemeten", "D0: alles wat is gefactureerd", "X2 Belastingen en premies", "zonder wijk FA",
        "Hoe dit cijfer is gemaakt", quarter.anchor.name, "minstens", "local-spend-2", "tien grootste",
    ):  # fmt: skip
        assert said in page, said
    assert SECRET not in page
    assert "minstens €\xa00,00" not in page.replace('<bdi dir="ltr">', "")
    assert along.get("/spend").status_code == 200
    assert along.get("/spend?period=2026").status_code == 200
    bridge = re.sub(r"<[^>]*>", " ", page[page.index("D0: alles wat is gefactureerd") :])
    assert re.search(r"gefactureerd\s+€\s1\.687,00\s+23\s", bridge), "D0 with the count of its lines"
    later = text_of(along.get("/spend?period=2031-Q1"))
    assert "nog niet begonnen" in later
    assert "loopt nog" not in later


def test_on_a_phone_the_money_of_each_buyer_is_drawn_too(along, quarter):
    page = text_of(along.get("/spend?period=2026-Q3"))
    drawn = re.findall(r">(Koper|Soort): ([^<]+)</text>", page)
    names = {name for kind, name in drawn if kind == "Koper"}
    assert names == {quarter.anchor.name, quarter.other.name}
    assert any(kind == "Soort" for kind, _name in drawn)


def test_the_page_explains_its_words_and_its_thin_bar(along, quarter):
    page = " ".join(text_of(along.get("/spend?period=2026-Q3")).split())
    assert "Woorden" in page
    assert "D0 zonder wat geen inkoop bij anderen is" in page
    assert "FA is een bedrijventerrein" in page
    assert "De dunne balk toont hoeveel bekend is." in page
    assert re.search(r"is bekend: \d+ %", page)
    assert "nog niet te geven" in page


def test_a_difference_of_shares_is_in_points_not_percent(app):
    with app.test_request_context("/"):
        assert [points(each) for each in (Decimal("0.0123"), Decimal("-0.00001"), None)] == [
            "1,23 pp",
            "0,00 pp",
            "–",
        ]


@pytest.mark.parametrize("period", ["rubbish", "2026-Q5", "2026-07-01/2026-07-02", "0001", "x" * 5000])
def test_other_periods_are_not_published(client, quarter, period):
    for path in ("/spend", "/spend/lines"):
        assert client.get(path, query_string={"period": period}).status_code == 404
    assert client.get("/data/spend/2026-Q9.json").status_code == 404


def test_the_public_list_holds_groups_only(along, quarter):
    page = text_of(along.get("/spend/lines?period=2026-Q3"))
    assert "Groepen van leveranciers" in page
    assert SECRET not in page
    assert "local 1" not in page
    assert "bewezen lokaal" in text_of(along.get("/spend/lines?standing=local"))
    assert "Geen groepen" in text_of(along.get("/spend/lines?category=ict"))
    assert "X2 Belastingen en premies" in text_of(along.get("/spend/lines?exclusion=X2"))
    assert along.get("/spend/lines.csv").status_code == 403


def test_an_anchor_sees_its_own_lines_and_no_others(sign_in, quarter):
    own, other = sign_in(Role.PURCHASER, quarter.anchor), sign_in(Role.PURCHASER, quarter.other)
    assert SECRET in text_of(own.get("/spend/lines.csv"))
    for path in ("/spend/lines", "/spend/lines.csv", f"/spend/lines?anchor={quarter.anchor.public_id}"):
        assert SECRET not in text_of(other.get(path))
    pages = [own.get(f"/spend/lines?view={view}").text for view in ("", "groups")]
    assert [SECRET in each for each in pages] == [True, False]
    assert [f'value="{quarter.other.public_id}"' in each for each in pages] == [False, False]
    assert "Deze periode is nog niet getekend" in pages[1]


def test_an_anchor_that_asks_for_another_never_gets_its_own_lines_instead(sign_in, along, quarter):
    own, theirs = sign_in(Role.PURCHASER, quarter.anchor), f"period=2026-Q3&anchor={quarter.other.public_id}"
    page = own.get(f"/spend/lines?{theirs}").text
    assert "Deze periode is nog niet getekend" in page
    assert not re.search(r"\d+ groepen", page), "of another not even the groups, before the signature"
    read = along.get(f"/spend/lines?{theirs}").text
    assert re.search(r"<p>\d+ groepen.*?</p>", read)
    assert '<input id="view" name="view" type="hidden" value="groups">' in read, (
        "another choice stays with groups"
    )
    assert "Bekijk alleen onze regels" in page
    assert 'href="/spend/lines?period=2026-Q3"' in page, "her own, without the other's name"
    assert own.get(f"/spend/lines.csv?{theirs}").status_code == 403
    asked = f"period=2026-Q3&anchor={quarter.anchor.public_id}"
    assert SECRET in own.get(f"/spend/lines?{asked}").text
    assert SECRET in own.get(f"/spend/lines.csv?{asked}").text


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.PROGRAMME])
def test_auditor_and_programme_see_all(sign_in, quarter, role):
    browser = sign_in(role)
    assert SECRET in text_of(browser.get("/spend/lines"))
    assert SECRET in text_of(
        browser.get(f"/spend/lines?anchor={quarter.anchor.public_id}&q=geheime&standing=unknown")
    )
    assert SECRET not in text_of(browser.get(f"/spend/lines?anchor={quarter.other.public_id}"))
    assert "Geen regels" in text_of(browser.get("/spend/lines?q=niemand"))


def test_the_lines_of_a_wijk_are_what_its_figure_is_made_of(sign_in, along, quarter, session):
    placed = [quarter.line(f"Sloterdijk {number}", "30.00", cpv=Cpv("90910000")) for number in range(5)]
    quarter.record(*placed, quarter.line("Sloterdijk belasting", "9.00", exclusion="X2"))
    for each in placed:
        quarter.prove(each, "local", postcode="1046 AA")
    session.commit()
    code, period = "FA", Period.parse("2026-Q3")
    row = next(each for each in export(session, period, area_pack())["wijken"] if each["id"] == code)
    assert (row["suppliers"], row["up"]) == (5, "150.00")
    auditor = sign_in(Role.AUDITOR)
    lines = auditor.get(f"/spend/lines.csv?period=2026-Q3&wijk={code}").text
    amounts = [
        Money.of(row["amount"]).minor for row in csv.DictReader(StringIO(lines.removeprefix("\ufeff")))
    ]
    assert (len(amounts), sum(amounts)) == (5, 150_00)
    assert 'name="wijk"' in auditor.get("/spend/lines").text
    groups = along.get("/spend/lines?period=2026-Q3").text
    assert 'name="wijk"' not in groups, "groups of a wijk would tell who is in a small one"
    page = along.get(f"/spend/lines?period=2026-Q3&wijk={code}").text
    assert "5 leveranciers, samen" in page
    assert "150,00" in page
    assert "Sloterdijk 1" not in page


def test_every_amount_on_the_page_opens_what_adds_up_to_it(along, quarter, session, sign_in):
    placed = [quarter.line(f"Sloterdijk {number}", "30.00", cpv=Cpv("90910000")) for number in range(5)]
    quarter.record(*placed)
    for each in placed:
        quarter.prove(each, "local", postcode="1046 AA")
    session.commit()
    page = html.unescape(along.get("/spend?period=2026-Q3").text)
    links = set(
        re.findall(
            r'cwb-figure-link" href="(/spend/lines[^"]*)"><bdi dir="ltr">(?:<bdi[^>]*>)?([^<]+)<', page
        )
    )
    for part in (
        "wijk=FA",
        "anchor=",
        "category=",
        "standing=",
        "exclusion=X2",
        "top=others",
        "novelty=*",
        "grade=",
    ):
        assert any(part in href for href, _ in links), part
    for href, amount in links:
        said = re.sub(r"<[^>]*>", "", along.get(href).text).lower()
        assert f"samen {amount}." in said or f"bewezen: {amount}." in said, href
    auditor = sign_in(Role.AUDITOR)
    for part in ("exclusion=D1", "anchor=", "category="):
        href, amount = next(each for each in sorted(links) if part in each[0] and "*" not in each[0])
        said = re.sub(r"<[^>]*>", "", auditor.get(href).text)
        assert re.search(rf"groepen, [\d.]+ regels, samen {re.escape(amount)}\.", said), href
        said = re.sub(r"<[^>]*>", "", auditor.get(href.replace("view=groups", "")).text)
        assert f"regels, samen {amount}." in said, "single lines come to the same"
    hidden = along.get(f"/spend/lines?period=2026-Q3&wijk=FA&anchor={quarter.anchor.public_id}").text
    assert "Dit tonen wij niet" in hidden
    assert "Groepen van leveranciers" not in hidden


def test_a_cut_that_fails_the_gate_says_so_wherever_it_stands(along, quarter, session):
    export = along.get("/data/spend/2026-Q3.json?draft=yes").get_json()["figures"]["local_supplier_share"]
    every = [export["total"], *export["variants"].values(), *export["around"].values()]
    weak = [each for each in every if not each["publishable"]]
    assert weak
    first = along.get("/spend?period=2026-Q3").text.split("<figure")[1].split("</figure>")[0]
    assert first.count("cwb-chart-range--weak") == 2 * len(weak), "striped in the wide and the narrow drawing"
    drawing, table = first.split("<table", 1)
    assert table.count("onvoldoende bewijs") == len(weak)
    drawn = " ".join(re.sub("<[^>]+>", " ", drawing).split())
    assert drawn.count(": onvoldoende bewijs") == 2 * len(weak), "over two lines where it does not fit on one"


@pytest.mark.parametrize("role", [Role.MEMBER, Role.BOARD, Role.RESIDENT, Role.ASSESSOR, Role.COACH])
def test_others_see_what_everyone_sees(sign_in, quarter, role):
    browser = sign_in(role)
    assert SECRET not in text_of(browser.get("/spend/lines"))
    assert browser.get("/spend/lines.csv").status_code == 403


def secret_line(session):
    return session.scalars(
        select(SpendLine).where(SpendLine.description == "vertrouwelijk").order_by(SpendLine.id)
    ).all()


def test_coding_a_line(sign_in, session, quarter):
    line = secret_line(session)[0]
    path = f"/spend/lines/{line.public_id}"
    own = sign_in(Role.PURCHASER, quarter.anchor)
    assert "Hoort deze regel niet bij de inkoop?" in text_of(own.get(path))
    for wrong, said in (
        ({"code": "X9", "reason": "x"}, "vaste lijst"), ({"code": "X6", "reason": "x"}, "grote kopers"),
        ({"code": "X4", "reason": ""}, "Vul dit in"), ({"code": "", "reason": "x"}, "niets veranderd"),
        ({"code": "X4", "reason": "x" * 501}, "te lang"),
    ):  # fmt: skip
        answer = own.post(path, data=wrong)
        assert answer.status_code == 422, wrong
        assert said in text_of(answer) or said == "vaste lijst", wrong
    assert len(secret_line(session)) == 1
    answer = own.post(path, data={"code": "X4", "reason": "subsidie"})
    assert answer.status_code == 303
    assert "subsidie" in text_of(own.get(answer.location))
    assert len(secret_line(session)) == 3
    assert own.post(path, data={"code": "X3", "reason": "te laat"}).status_code == 409


def test_nobody_codes_somebody_elses_line(sign_in, session, quarter):
    path = f"/spend/lines/{secret_line(session)[0].public_id}"
    data = {"code": "X4", "reason": "x"}
    assert sign_in(Role.PURCHASER, quarter.other).get(path).status_code == 404
    assert sign_in(Role.PURCHASER, quarter.other).post(path, data=data).status_code == 404
    for role in (Role.PROGRAMME, Role.AUDITOR):
        browser = sign_in(role)
        assert "Hoort deze regel" not in text_of(browser.get(path))
        assert browser.post(path, data=data).status_code == 403
    assert len(secret_line(session)) == 1


def test_the_open_data_recomputes(along, quarter):
    export = json.loads(along.get("/data/spend/2026-Q3.json?draft=yes").data)
    assert recompute(export) == []
    assert SECRET not in json.dumps(export)
    assert (
        along.get("/data/spend/2026-Q3.json?draft=yes").data
        == along.get("/data/spend/2026-Q3.json?draft=yes").data
    )
    rows = text_of(along.get("/data/spend/2026-Q3.csv?draft=yes")).splitlines()
    assert len(rows) == 1 + len(export["rows"]) + len(export["excluded"])
    assert along.get("/data/spend/cwb-spend-3.schema.json").get_json()["title"] == "cwb-spend-3"
    figures = text_of(along.get("/data/spend/2026-Q3-figures.csv?draft=yes"))
    assert len(re.findall("^landed,", figures, re.MULTILINE)) == 1 + len(
        export["figures"]["landed_share"]["by_anchor"]
    )
    assert "total,,2026-Q3,0.3665" in figures
    assert "variants,without_fa" in figures


def test_the_page_needs_few_queries(along, quarter, session):
    along.get("/spend?period=2026-Q3")
    asked = []
    engine = session.get_bind().engine
    listen = lambda *arguments: asked.append(arguments[2])  # noqa: E731
    event.listen(engine, "before_cursor_execute", listen)
    try:
        along.get("/spend?period=2026-Q3")
    finally:
        event.remove(engine, "before_cursor_execute", listen)
    assert (
        len([each for each in asked if each.lstrip().startswith("SELECT") and "database_clock" not in each])
        <= 4
    )


def test_the_change_is_shown(along, quarter, session):
    quarter.some("local", 6, "100.00", on=date(2026, 5, 1))
    session.commit()
    half = text_of(along.get("/spend?period=2026-Q3"))
    assert "2026-Q3, maar een deel:" in half
    assert "Wij vergelijken alleen kopers die beide periodes heel aanleverden" in half
    assert "Index van het deel lokaal" not in half
    for on in (date(2026, 6, 1), date(2026, 7, 1)):
        quarter.record(quarter.line("local 0", "100.00", number=f"{on}", on=on))
    session.commit()
    whole = text_of(along.get("/spend?period=2026-Q3"))
    assert "Vergeleken met 2026-Q2" in whole
    assert "Hoeveel dat nu scheelt, tonen wij niet." in whole
    assert "2026, heel tot en met" not in text_of(along.get("/spend?period=2026")), (
        "its first quarter is not whole"
    )


def test_headings_say_what_the_export_says_and_every_drawing_has_its_table(along, quarter):
    export = along.get("/data/spend/2026-Q3.json?draft=yes").get_json()
    page = text_of(along.get("/spend?period=2026-Q3"))
    figures = export["figures"]
    by_anchor = figures["local_supplier_share"]["by_anchor"]
    assert len(by_anchor) == 2
    assert f"De {export['facts']['top_suppliers']} grootste leveranciers krijgen" in page
    assert "Van nog geen wijk is bewezen dat er geld heen gaat" in page
    assert "In deze periode betaalde geen koper hier vijf facturen" in page
    assert "Van lokale leveranciers is nog niet bekend of ze nieuw zijn" in page
    found = [part.split("</figure>")[0] for part in page.split("<figure")[1:]]
    assert len(found) == 7
    for each in found:
        assert each.count("<desc>") == 2, "the wide and the narrow drawing are told in words"
        assert "<table" in each
    assert all("/spend/lines" in each for each in found[1:])
    assert re.search(r"gaat minstens <bdi[^>]*>€\s\d+,\d\d</bdi> naar leveranciers", page)


def test_the_export_has_the_shape_that_is_told(along, quarter):
    shape = along.get("/data/spend/cwb-spend-6.schema.json").get_json()
    validate = fastjsonschema.compile(shape)
    export = along.get("/data/spend/2026-Q3.json?draft=yes").get_json()
    assert validate(export) == export
    assert validate(along.get("/data/spend/2026.json?draft=yes").get_json())
    for break_it in (
        lambda e: e["rows"][0].update(up=12.5), lambda e: e.pop("novelty"), lambda e: e.update(schema="cwb-spend-3"),
        lambda e: e["figures"]["local_supplier_share"]["by_wijk"].update(FA={"lo": "0.5"}),
    ):  # fmt: skip
        broken = copy.deepcopy(export)
        break_it(broken)
        with pytest.raises(fastjsonschema.JsonSchemaValueException):
            validate(broken)


@pytest.mark.parametrize("kind", ["xlsx", "ods"])
def test_a_workbook_holds_every_row_of_the_export(along, quarter, kind):
    export = along.get("/data/spend/2026-Q3.json?draft=yes").get_json()
    answer = along.get(f"/data/spend/2026-Q3.{kind}?draft=yes")
    assert f"inkoop-2026-Q3-concept.{kind}" in answer.headers["Content-Disposition"]
    book = CalamineWorkbook.from_filelike(BytesIO(answer.data))
    assert {"figures", "about", "rows", "wijken", "novelty", "landed", "excluded"} <= set(book.sheet_names)
    head, *rows = book.get_sheet_by_name("rows").to_python()
    assert len(rows) == len(export["rows"])
    sums = [sum(Decimal(str(row[head.index(name)])) for row in rows) for name in ("up", "down")]
    assert sums == [sum(Decimal(row[name]) for row in export["rows"]) for name in ("up", "down")]
    about = book.get_sheet_by_name("about").to_python()
    assert ["export", "hash", export["hash"]] in about


def test_bounds_beyond_nothing_and_all_are_said_in_words(along, spend, session):
    spend.some("local", 5, "100.00")
    spend.some("unknown", 5, "-99.00")
    session.commit()
    answer = along.get("/spend?period=2026-Q3")
    page = text_of(answer)
    assert "Over deze periode is geen deel te geven" in page
    assert "Van elke 100 euro" not in page
    assert "cwb-chart-range" not in answer.text, "no bar where no share is given"
    export = along.get("/data/spend/2026-Q3.json?draft=yes").get_json()
    assert export["figures"]["local_supplier_share"]["total"]["hi"] == "100.0000"
