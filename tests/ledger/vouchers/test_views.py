"""Paper on the page: the desk prints, the till takes it once, and nobody guesses a code."""

import pytest

from cwb.identity.rules import Side
from cwb.kernel import clock
from cwb.kernel.money import Money
from cwb.kernel.policy import Actor, Role
from ledger.instruments.rules import Code
from ledger.instruments.services import set_up
from ledger.vouchers import rules, services, views
from ledger.vouchers.models import VoucherSheet
from ledger.wallets import queries as wallets
from ledger.wallets.models import Wallet
from ledger.wallets.services import issue, open_wallet
from tests.ledger.desk.pages import text
from tests.ledger.wallets.test_views import press, send


@pytest.fixture
def desk(session, make_organisation, sign_in):
    """The programme's browser, its wallet with 50, a till of a shop with a wallet, and who acts."""
    runs, shop = sign_in(Role.PROGRAMME), make_organisation(Side.SUPPLIER)
    actor = Actor(runs.user.id, "", runs.organisation.id, "", frozenset({Role.PROGRAMME}))
    set_up(session, code=Code.NWE, keeper_kvk=make_organisation().kvk_number, actor=actor, at=clock.now())
    open_wallet(session, code=Code.NWE, party=shop, actor=actor, at=clock.now())
    session.commit()
    assert press(runs, "/vouchers", "/vouchers/open").status_code == 303
    own = session.query(Wallet).filter_by(party_id=runs.organisation.id).one()
    issue(
        session, code=Code.NWE, wallet_code=own.code, amount=Money(50_00), reference="R", actor=actor,
        at=clock.now(),
    )  # fmt: skip
    session.commit()
    return runs, own, sign_in(Role.MEMBER, shop), actor


def test_the_answer_to_printing_is_the_paper_and_the_till_takes_each_once(
    session, desk, sign_in, monkeypatch
):
    runs, _own, shop, _actor = desk
    told = []
    monkeypatch.setattr(
        views, "_paper", lambda made, _wallet: told.append(made) or views.pdf_file("x", b"%PDF")
    )
    assert "Hoogstens" not in runs.get("/vouchers/new").text
    assert send(runs, "/vouchers/new", amount="60,00", count="1").status_code == 422
    assert send(runs, "/vouchers/new", amount="20,00", count="3").status_code == 422
    answer = send(runs, "/vouchers/new", amount="20,00", count="2")
    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
    code = rules.shown(told[0].codes[0])
    address = f"/till/paper?code={code}"
    assert f'value="{code}"' in shop.get(address).text
    taken = send(shop, address, code=code)
    assert taken.status_code == 303
    assert "€ 20,00" in text(shop.get(taken.location)).replace("\xa0", " ")
    again = text(send(shop, address, code=code))
    assert "al gebruikt op" in again
    assert shop.organisation.name in again
    assert runs.get("/till/paper").status_code == 403
    sheet = session.query(VoucherSheet).one()
    page = text(runs.get(f"/vouchers/{sheet.public_id}"))
    assert "1 van 2" in page
    assert shop.organisation.name in page
    assert sign_in(Role.BOARD).get(f"/vouchers/{sheet.public_id}").status_code == 404
    assert sign_in(Role.BOARD).get(taken.location).status_code == 404
    assert "klopt" in text(runs.get("/vouchers"))
    there = f"/vouchers/{sheet.public_id}/withdraw"
    assert send(runs, there, reason="Kwijt").status_code == 303
    assert "ingetrokken" in text(runs.get(f"/vouchers/{sheet.public_id}"))
    assert runs.get(there).status_code == 303
    assert runs.get("/vouchers/list.csv").text.strip().endswith("withdrawn,Kwijt")


def test_who_guesses_is_stopped(desk):
    _, _, shop, _ = desk
    answers = [
        send(shop, "/till/paper", code=rules.shown("2" * 15 + rules.new_code(lambda _: 0)[-1])).status_code
        for _ in range(31)
    ]
    assert answers == [422] * 30 + [429]


def test_the_paper_holds_each_code_and_says_that_it_is_a_simulation(session, desk, app):
    _, own, _, actor = desk
    made = services.print_sheet(
        session, wallet=own, amount=Money(5_00), count=2, last_on=clock.local_date(clock.now()).replace(year=2027, month=1),
        actor=actor, at=clock.now(),
    )  # fmt: skip
    with app.test_request_context():
        picture = views._picture(made.codes[0])
        document = rules.paper(
            views.Words("nl"), label=made.sheet.label, giver="Voorbeeld", money="Nieuw-Westgeld", live=False,
            amount=Money(5_00), last_on=rules.last_day(made.sheet.expires_at), at=made.sheet.printed_at,
            codes=[(code, picture) for code in made.codes],
        )  # fmt: skip
        assert views.pdf(document).startswith(b"%PDF")
    said = str(document.blocks)
    assert all(rules.shown(code) in said for code in made.codes)
    assert "oefengeld" in said
    assert "<svg" in picture


def test_printing_gives_a_pdf_and_where_the_pdf_fails_no_money_is_on_paper(session, desk, monkeypatch):
    runs, own, _, _ = desk
    answer = send(runs, "/vouchers/new", amount="1,00", count="1")
    assert answer.data.startswith(b"%PDF")
    assert session.query(VoucherSheet).count() == 1
    monkeypatch.setattr(views, "pdf", lambda _made: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        send(runs, "/vouchers/new", amount="2,00", count="2")
    assert session.query(VoucherSheet).count() == 1
    assert wallets.free(session, own) == Money(49_00)
