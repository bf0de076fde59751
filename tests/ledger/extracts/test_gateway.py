"""Files of a register, and its API, read into the same extracts."""

import json
import threading
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from cwb.kernel.identifiers import BranchNumber, KvkNumber
from ledger.extracts import errors
from ledger.extracts.gateway import KvkRegister, read_register_file

TODAY = date(2026, 9, 1)


def read(text, encoding="utf-8"):
    return read_register_file(text.encode(encoding), TODAY)


def faults(found):
    return [(each.row, each.field, type(each.fault).__name__) for each in found.faults]


def test_a_file_with_dutch_heads_semicolons_and_cp1252_is_read():
    found = read(
        "KvK-nummer;Statutaire naam;Rechtsvorm;Vestigingsnummer;Hoofdvestiging;Straatnaam;Huisnummer;Postcode;Plaats;"
        "Datum vestiging;Adres vanaf;Werkzame personen;Datum opheffing;SBI\n"
        "1234567;Coöperatie Één U.A.;Coöperatie;12345678;Ja;Weg;1-hs;1063aa;Amsterdam;20200101;01-02-2021;12;;8121\n"
        "1234567;Coöperatie Één U.A.;Coöperatie;000087654321;Nee;Laan;2;3526KS;Utrecht;2022-01-01;;0;;\n",
        "cp1252",
    )
    assert faults(found) == []
    assert (found.count, found.unread, found.mapping["kvk_number"]) == (2, ["SBI"], "KvK-nummer")
    one = found.extracts[0]
    assert (one.kvk_number, one.name, one.natural_person, one.dated) == (
        "01234567",
        "Coöperatie Één U.A.",
        False,
        True,
    )
    seat, side = one.branches
    assert (seat.number, seat.main, seat.started_on, seat.from_on) == (
        "000012345678", True, date(2020, 1, 1), date(2021, 2, 1),
    )  # fmt: skip
    assert (side.main, side.workers, side.from_on) == (False, 0, date(2022, 1, 1))


def test_a_file_without_dates_says_so():
    found = read("kvk,naam,postcode\n01234567,Een,1063 AA\n")
    assert (found.extracts[0].dated, found.extracts[0].branches[0].from_on) == (False, TODAY)


def test_a_sole_trader_is_known_by_its_legal_form():
    found = read(
        "kvk,naam,rechtsvorm,eenmanszaak\n01234567,Een,Eenmanszaak,\n01234568,Twee,Eenmanszaak,nee\n"
    )
    assert [each.natural_person for each in found.extracts] == [True, False]


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        ("123,Een,,,,", (2, "kvk_number", "KvkNumberInvalid")), (",Een,,,,", (2, "kvk_number", "KvkNumberInvalid")),
        ("01234567,,,,,", (2, "name", "RegisterNameMissing")),
        ("01234567,Een,31-02-2026,,,", (2, "from_on", "RegisterDayInvalid")),
        ("01234567,Een,,misschien,,", (2, "main", "RegisterYesNoInvalid")),
        ("01234567,Een,,,veel,", (2, "workers", "RegisterCountInvalid")),
        ("01234567,Een,,,,NL12", (2, "iban", "IbanInvalid")),
        (f"01234567,{'x' * 201},,,,", (2, "name", "RegisterNameMissing")),
    ],
)  # fmt: skip
def test_a_fault_is_told_by_row_and_column(row, fault):
    found = read(f"kvk,naam,adres vanaf,hoofdvestiging,werkzame personen,iban\n{row}\n01234568,Goed,,,,\n")
    assert faults(found) == [fault]
    assert [each.name for each in found.extracts] == ["Goed"]


def test_rows_of_one_number_that_contradict_are_a_fault():
    assert faults(read("kvk,naam,postcode\n01234567,Een,1063AA\n01234567,Twee,1063AA\n")) == [
        (3, "name", "ExtractContradicts")
    ]
    two_seats = (
        "kvk,naam,postcode,adres vanaf\n01234567,Een,1063AA,2020-01-01\n01234567,Een,3526KS,2021-01-01\n"
    )
    assert faults(read(two_seats)) == [(2, "main", "TwoSeatsAtOnce")]
    late = "kvk,naam,postcode,adres vanaf,adres tot\n01234567,Een,1063AA,2020-01-01,2019-01-01\n"
    assert faults(read(late)) == [(2, "from_on", "RegisterDayInvalid")]


@pytest.mark.parametrize(
    "text",
    [
        "", "naam\nEen\n", "kvk,kvk nummer,naam\n1,2,3\n", "kvk,naam\n\x00,x\n", 'kvk,naam\n"01234567,x\n',
        "zomaar iets",
    ],
)  # fmt: skip
def test_what_is_no_register_file_is_refused_whole(text):
    with pytest.raises(errors.RegisterFileUnreadable):
        read(text)


PROFILE = {
    "kvkNummer": "69599084", "naam": "Test Voorbeeld", "statutaireNaam": "Test Voorbeeld B.V.",
    "formeleRegistratiedatum": "20170917", "materieleRegistratie": {"datumAanvang": "20170000"},
    "handelsnamen": [{"naam": "Test Voorbeeld", "volgorde": 1}, {"naam": "De Test", "volgorde": 2}],
    "_embedded": {
        "hoofdvestiging": {
            "vestigingsnummer": "000038509504", "kvkNummer": "69599084", "eersteHandelsnaam": "Test Voorbeeld",
            "indHoofdvestiging": "Ja", "materieleRegistratie": {"datumAanvang": "20180300"},
            "totaalWerkzamePersonen": 4,
            "adressen": [
                {"type": "correspondentieadres", "postbusnummer": 1, "postcode": "1063ZZ", "land": "Nederland"},
                {
                    "type": "bezoekadres", "indAfgeschermd": "Nee", "straatnaam": "Voorbeeldweg", "huisnummer": 3,
                    "huisletter": "A", "postcode": "1063AA", "plaats": "Amsterdam", "land": "Nederland",
                },
            ],
        },
        "eigenaar": {"rsin": "123456782", "rechtsvorm": "BV", "uitgebreideRechtsvorm": "Besloten Vennootschap"},
    },
}  # fmt: skip
BRANCH = {
    "vestigingsnummer": "000037143557", "kvkNummer": "69599084", "eersteHandelsnaam": "Filiaal", "indHoofdvestiging": "Nee",
    "materieleRegistratie": {"datumAanvang": "20200101"}, "totaalWerkzamePersonen": 0,
    "adressen": [{"type": "bezoekadres", "indAfgeschermd": "Ja", "plaats": "Utrecht", "land": "Nederland"}],
}  # fmt: skip


@pytest.fixture
def twin():
    """The register's API as its documents describe it: paths, key in a header, 404 with an error body."""
    answers = {"/basisprofielen/69599084": PROFILE, "/vestigingsprofielen/000037143557": BRANCH}
    asked = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append((self.path, self.headers["apikey"]))
            found = answers.get(self.path)
            body = (
                found
                if isinstance(found, bytes)
                else json.dumps(found or {"fout": [{"code": "IPD0005"}]}).encode()
            )
            self.send_response(200 if found else 404)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_args):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield KvkRegister(f"http://127.0.0.1:{server.server_port}", "geheim"), answers, asked
    server.shutdown()
    thread.join()
    server.server_close()


def test_the_api_tells_names_seat_and_branch(twin):
    register, _answers, asked = twin
    found = register.look_up(KvkNumber("69599084"), [BranchNumber("000037143557")])
    assert asked == [("/basisprofielen/69599084", "geheim"), ("/vestigingsprofielen/000037143557", "geheim")]
    assert (found.name, found.trade_names, found.natural_person, found.dated) == (
        "Test Voorbeeld B.V.", ("Test Voorbeeld", "De Test"), False, False,
    )  # fmt: skip
    assert found.started_on == date(2017, 12, 31)
    seat, side = found.branches
    assert (seat.main, seat.house_number, seat.postcode, seat.from_on, seat.workers) == (
        True, "3A", "1063AA", date(2018, 3, 31), 4,
    )  # fmt: skip
    assert (side.main, side.shielded, side.postcode) == (False, True, "")


def test_one_without_an_establishment_has_the_address_of_its_owner(twin):
    register, answers, _asked = twin
    address = PROFILE["_embedded"]["hoofdvestiging"]["adressen"]
    owner = {"uitgebreideRechtsvorm": "Eenmanszaak", "adressen": address}
    ends = {"datumAanvang": "20170917", "datumEinde": "20200000"}
    answers["/basisprofielen/69599084"] = {
        **PROFILE,
        "materieleRegistratie": ends,
        "_embedded": {"eigenaar": owner},
    }
    found = register.look_up(KvkNumber("69599084"))
    assert (found.natural_person, found.ended_on, found.branches[0].postcode) == (
        True,
        date(2020, 1, 1),
        "1063AA",
    )
    abroad = [{"type": "bezoekadres", "straatHuisnummer": "Street 1", "land": "België"}]
    answers["/basisprofielen/69599084"] = {**PROFILE, "_embedded": {"eigenaar": owner | {"adressen": abroad}}}
    assert register.look_up(KvkNumber("69599084")).branches[0].country == "ZZ"


def test_what_the_register_does_not_know_or_does_not_say_is_told_apart(twin):
    register, answers, _asked = twin
    with pytest.raises(errors.NumberNotInRegister):
        register.look_up(KvkNumber("01234567"))
    for rubbish in (b"<html>", b"[]", b'{"naam": 1}', b'{"naam": "x", "kvkNummer": "1"}'):
        answers["/basisprofielen/69599084"] = rubbish
        with pytest.raises(errors.RegisterSilent):
            register.look_up(KvkNumber("69599084"))
    with pytest.raises(errors.RegisterSilent):
        KvkRegister("http://127.0.0.1:9", "geheim").look_up(KvkNumber("69599084"))


def test_without_a_key_it_is_off_and_says_so():
    register = KvkRegister("http://127.0.0.1:9", "")
    assert not register.on
    with pytest.raises(errors.RegisterOff):
        register.look_up(KvkNumber("69599084"))
    assert "geheim" not in repr(KvkRegister("http://127.0.0.1:9", "geheim"))
