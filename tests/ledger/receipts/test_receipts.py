"""A receipt from the phone to the books, the VAT overview and the bank; and what is refused."""

import struct
from dataclasses import replace
from datetime import date, timedelta
from io import BytesIO
from json import dumps

import pytest
from PIL import Image
from sqlalchemy import text as text_of
from sqlalchemy.exc import DatabaseError

from cwb.files.errors import FileDisguised
from cwb.identity.models import Organisation
from cwb.kernel import clock
from cwb.kernel.ids import uuid7
from cwb.kernel.money import Money
from cwb.kernel.period import Period
from cwb.kernel.policy import Role
from ledger.accounts.models import Account
from ledger.bank.services import add_account
from ledger.receipts import errors, queries, rules, services
from ledger.receipts.rules import PaidBy
from ledger.returns.queries import lines, overview
from ledger.takeback.services import take_back
from ledger.vat.rules import VatCode
from tests.ledger.bankdesk.conftest import SELLERS, Desk, camt, row
from tests.ledger.desk.pages import posting, text

DAY = date(2026, 8, 20)


def picture(kind="JPEG", side=6):
    """A photo as a phone makes it: with place and maker, on its side."""
    made, out = Image.new("RGB", (8, 4), "white"), BytesIO()
    exif = Image.Exif()
    exif[0x0112], exif[0x010F] = side, "Telefoonmerk"
    exif.get_ifd(0x8825)[1] = "N"
    made.save(out, kind, exif=exif, **({"comment": b"geheim"} if kind == "JPEG" else {}))
    return out.getvalue()


PHOTO = picture()


def bring(trade, **facts):
    known = {
        "party_id": trade.seller.id, "bought_on": DAY, "supplier": "Bouwmarkt", "category": "materials",
        "paid_by": PaidBy.MEMBER, "high": Money(12_100), "low": Money(1_090), "none": Money(500), "photo": PHOTO,
        "photo_name": "bon.jpg", "actor": trade.member, "at": trade.at,
    }  # fmt: skip
    return services.bring(trade.session, **(known | facts))


def books(trade):
    found = trade.session.query(Account).filter_by(party_id=trade.seller.id)
    return {each.role: each.posted for each in found if each.posted}


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_a_photo_keeps_which_side_is_up_and_tells_nothing_else(kind):
    bare = rules.bare_photo(picture(kind), {"JPEG": "jpg", "PNG": "png"}[kind])
    read = Image.open(BytesIO(bare))
    read.load()
    assert read.size == (8, 4)
    assert dict(read.getexif()) == ({0x0112: 6} if kind == "JPEG" else {})
    assert b"Telefoonmerk" not in bare
    assert b"geheim" not in bare


def test_what_hangs_behind_a_photo_goes_and_a_crooked_note_about_its_side_counts_for_nothing():
    assert rules.bare_photo(PHOTO + b"\0locatie", "jpg") == rules.bare_photo(PHOTO, "jpg")
    crooked = b"\xff\xd8\xff\xe1" + struct.pack(">H", 16) + b"Exif\0\0II*\0\xff\xff\xff\xff" + PHOTO[2:]
    Image.open(BytesIO(rules.bare_photo(crooked, "jpg"))).load()


def test_the_vat_inside_is_that_of_the_day_rounded_half_up():
    assert rules.vat_inside(12_100, VatCode.STANDARD, DAY) == 2_100
    assert rules.vat_inside(1_090, VatCode.REDUCED, DAY) == 90
    assert rules.vat_inside(1_060, VatCode.REDUCED, date(2018, 6, 1)) == 60
    assert rules.vat_inside(3, VatCode.STANDARD, DAY) == 1


def test_a_receipt_is_in_the_books_and_the_vat_overview_at_once_and_ties(trade):
    made = bring(trade)
    assert (made.state, made.vat_recoverable) == ("booked", True)
    assert books(trade) == {"expense": 11_500, "vat_input": 2_190, "payable": -13_690}
    found = overview(trade.session, trade.seller.id, Period.quarter(2026, 3))
    assert [(each.key, each.count, each.net, each.vat) for each in found.rows] == [
        ("input", 1, Money(11_000), Money(2_190))]  # fmt: skip
    assert found.ties
    assert found.input.others == ()


def test_vat_on_what_was_eaten_in_a_restaurant_never_comes_back(trade):
    made = bring(trade, category="dining", high=Money(0), low=Money(5_450), none=Money(0))
    assert (made.vat, made.vat_recoverable) == (Money(450), False)
    assert books(trade) == {"expense": 5_450, "payable": -5_450}
    found = overview(trade.session, trade.seller.id, Period.quarter(2026, 3))
    assert (found.back, found.ties) == (Money(0), True)
    assert bring(trade, category="food", supplier="Buurtsuper", photo=picture(side=3)).vat_recoverable is True
    with pytest.raises(DatabaseError, match="dining"):
        trade.session.execute(
            text_of("INSERT INTO receipt OVERRIDING SYSTEM VALUE SELECT (jsonb_populate_record(r, :wrong)).* FROM receipt r WHERE id = :id"),
            {"id": made.id, "wrong": dumps({"id": made.id + 1, "public_id": str(uuid7()), "transfer_id": 0,
                                            "vat_recoverable": True})},
        )  # fmt: skip


def test_a_receipt_of_longer_ago_than_last_year_is_a_wrong_year(trade):
    with pytest.raises(errors.BoughtLongAgo) as wrong:
        bring(trade, bought_on=date(2024, 12, 31))
    assert (wrong.value.field, wrong.value.facts["year"]) == ("bought_on", 2025)
    assert bring(trade, bought_on=date(2025, 1, 1)).counts_on == date(2025, 1, 1)


def test_turned_back_the_books_and_the_overview_are_as_before_and_the_receipt_stays(trade):
    made = bring(trade)
    services.turn_back(trade.session, receipt=made, reason="Dubbel", actor=trade.member, at=trade.at)
    assert books(trade) == {}
    found = overview(trade.session, trade.seller.id, Period.quarter(2026, 3))
    assert (found.back, found.ties) == (Money(0), True)
    drawn = lines(trade.session, trade.seller.id, Period.quarter(2026, 3), "input")
    assert [each.vat for each in drawn] == [Money(2_190), Money(-2_190)]
    with pytest.raises(errors.NotBooked):
        services.turn_back(trade.session, receipt=made, reason="Weer", actor=trade.member, at=trade.at)


def test_above_the_limit_another_person_looks_first(trade):
    made = bring(trade, high=Money(50_001), low=Money(0), none=Money(0))
    assert (made.state, books(trade)) == ("waiting", {})
    with pytest.raises(errors.OtherPersonBooks):
        services.book_second(trade.session, receipt=made, actor=trade.member, at=trade.at)
    other = replace(trade.member, user_id=trade.partner_member.user_id)
    services.book_second(trade.session, receipt=made, actor=other, at=trade.at)
    with pytest.raises(errors.NotWaiting):
        services.book_second(trade.session, receipt=made, actor=other, at=trade.at)
    assert books(trade)["payable"] == -50_001
    assert bring(trade, high=Money(50_000), low=Money(0), none=Money(0)).state == "booked"


def test_the_same_receipt_is_booked_once(trade):
    bring(trade)
    for facts in (
        {"supplier": " bouwmarkt"},
        {"supplier": "Gamma"},
        {"photo": picture("PNG"), "photo_name": "b.png"},
    ):
        with pytest.raises(errors.BroughtBefore) as refused:
            bring(trade, **facts)
        assert refused.value.facts["name"] == trade.member.name
    bring(trade, supplier="Bouwmarkt, bon 2", photo=picture("PNG"), photo_name="b.png")
    bring(trade, high=Money(12_101))
    assert books(trade)["payable"] == -(3 * 13_690 + 1)


def test_who_brought_a_large_one_takes_it_away_while_it_waits(trade):
    held = bring(trade, high=Money(60_000))
    known = {"receipt": held, "reason": "Verkeerd bedrag", "at": trade.at}
    with pytest.raises(errors.NotYours):
        services.withdraw(trade.session, actor=replace(trade.member, user_id=0), **known)
    services.withdraw(trade.session, actor=trade.member, **known)
    assert (held.state, books(trade)) == ("withdrawn", {})
    for act in (services.withdraw, services.turn_back):
        with pytest.raises((errors.NotWaiting, errors.NotBooked)):
            act(trade.session, actor=trade.member, **known)
    again = bring(trade, high=Money(60_000))
    assert again.state == "waiting"
    with pytest.raises(DatabaseError), trade.session.begin_nested():
        trade.session.execute(text_of("UPDATE receipt SET state = 'waiting' WHERE id = :id"), {"id": held.id})


def test_the_bank_pays_a_receipt_once_and_what_is_taken_back_may_be_found_again(trade):
    desk = Desk(trade)
    add_account(
        trade.session, party=trade.seller, number=SELLERS, blocked=False, actor=trade.member, at=trade.at
    )
    desk.take(camt("S1", "0.00", "-136.90", row("-136.90", ref="A", text="Bouwmarkt")))
    first, second = bring(trade, paid_by=PaidBy.BANK), bring(trade, high=Money(12_200))
    (entry,) = queries.entries(trade.session, first)
    facts = {"actor": trade.member, "at": trade.at}
    with pytest.raises(errors.NotThisPayment):
        services.paid_by_entry(trade.session, receipt=second, entry=desk.entry(), **facts)
    services.paid_by_entry(trade.session, receipt=first, entry=desk.entry(), **facts)
    assert queries.is_paid(trade.session, first)
    with pytest.raises(errors.AlreadyPaidBack):
        services.turn_back(trade.session, receipt=first, reason="Fout", **facts)
    take_back(trade.session, entry=desk.entry(), **facts)
    assert not queries.is_paid(trade.session, first)
    services.paid_by_entry(trade.session, receipt=first, entry=desk.entry(), **facts)
    assert (books(trade)["bank"], books(trade)["payable"]) == (-13_690, -second.total.minor)
    assert entry.id == first.entry_id


@pytest.mark.parametrize(
    ("facts", "fault"),
    [
        ({"high": Money(0), "low": Money(0), "none": Money(0)}, errors.NothingOnIt),
        ({"high": Money(-1)}, errors.NothingOnIt),
        ({"high": Money(10_000_000)}, errors.TooMuchOnIt),
        ({"photo_name": "bon.svg"}, errors.NoPhoto),
        ({"bought_on": date(2026, 9, 2)}, errors.BoughtInFuture),
        ({"photo_name": "bon.pdf"}, errors.NoPhoto),
        ({"photo_name": "bon.png"}, FileDisguised),
    ],
)
def test_what_is_no_receipt_is_refused(trade, facts, fault):
    with pytest.raises(fault):
        bring(trade, **facts)


@pytest.mark.parametrize(
    "statement",
    ["UPDATE receipt SET high = 1", "UPDATE receipt SET state = 'waiting'", "DELETE FROM receipt_photo",
     "UPDATE receipt SET state = 'reversed'", "TRUNCATE receipt CASCADE"],
)  # fmt: skip
def test_the_database_keeps_a_booked_receipt(trade, statement):
    bring(trade)
    with pytest.raises(DatabaseError), trade.session.begin_nested():
        trade.force(statement)


def test_a_member_brings_one_from_the_phone_and_the_board_turns_it_back(trade, sign_in):
    home = trade.session.get(Organisation, trade.seller.id)
    member, board = sign_in(Role.MEMBER, home), sign_in(Role.BOARD, home)
    facts = {
        "supplier": "Groenboer",
        "high": "",
        "low": "10,90",
        "none": "",
        "paid_by": "member",
        "category": "food",
    }
    facts["bought_on"] = (clock.local_date(clock.now()) - timedelta(days=1)).isoformat()
    page = member.get("/receipts/new")
    assert "Tot € 500,00 staat de bon meteen in de boeken" in text(page).replace("\xa0", " ")
    sent = posting(page, **facts) | {"file": (BytesIO(PHOTO), "bon.jpg")}
    answer = member.post("/receipts/new", data=sent, content_type="multipart/form-data")
    assert answer.status_code == 303
    place = answer.headers["Location"]
    assert "schuldig aan" in text(member.get(place))
    assert "Klopt hij niet?" not in text(member.get(place))
    assert b"Telefoonmerk" not in member.get(f"{place}/photo").data
    form = posting(board.get(place), reason="Verkeerde bon")
    assert board.post(f"{place}/reverse", data=form).status_code == 303
    assert "teruggedraaid" in text(member.get("/receipts"))
    auditor = sign_in(Role.AUDITOR, trade.session.get(Organisation, trade.partner.id))
    assert auditor.get(f"{place}/photo").data == member.get(f"{place}/photo").data
    assert "Klopt hij niet?" not in text(auditor.get(place))
    assert auditor.post(f"{place}/reverse", data=form).status_code == 403
    stranger = sign_in(Role.BOARD, trade.session.get(Organisation, trade.partner.id))
    assert stranger.get(place).status_code == 404
    assert stranger.get(f"{place}/photo").status_code == 404


def test_the_bank_proposes_the_receipt_that_an_entry_paid_back(trade, sign_in):
    desk = Desk(trade)
    add_account(
        trade.session, party=trade.seller, number=SELLERS, blocked=False, actor=trade.member, at=trade.at
    )
    first = bring(trade)
    bring(trade, high=Money(12_200))
    long_ago = {"bought_on": DAY - timedelta(days=90), "at": trade.at - timedelta(days=90)}
    bring(trade, supplier="Te vroeg", **long_ago)
    desk.take(camt("S1", "0.00", "-136.90", row("-136.90", ref="A", name="Lid")))
    entry = desk.entry()
    found = queries.like(trade.session, trade.seller.id, [entry])
    assert {key: [each.id for each in those.one] for key, those in found.items()} == {entry.id: [first.id]}
    board = sign_in(Role.BOARD, trade.seller)
    assert "Bon van Bouwmarkt" in board.get("/bank/work").text
    place = f"/receipts/{first.public_id}/paid/{entry.public_id}"
    assert place in board.get(f"/bank/entries/{entry.public_id}").text
    assert sign_in(Role.BOARD, trade.seller).post(place).status_code == 303
    assert queries.is_paid(trade.session, first)
    assert queries.like(trade.session, trade.seller.id, [desk.entry()]) == {}
