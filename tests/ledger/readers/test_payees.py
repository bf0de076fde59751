"""Who is paid and hands in its own purchases: asked about, until the file gives a code."""

from ledger.readers.gateway import look

HEAD = "Leverancier;KvK;Factuurnummer;Factuurdatum;Bedrag;Code X\n"
ROW = "Corporatie;12345678;F%s;01-07-2026;100,00;%s\n"
OTHER = "Bakker;87654321;G1;01-07-2026;5,00;\n"


def asked(*rows):
    reading = look((HEAD + "".join(rows)).encode()).reading(
        reports=lambda payee: payee.kvk_number == "12345678"
    )
    list(reading.batches())
    return [
        each.what.facts["name"]
        for each in reading.tally.flags.kept
        if getattr(each.what, "facts", None) is not None
    ]


def test_a_buyer_that_is_paid_without_a_code_is_asked_about_once():
    assert asked(OTHER, ROW % (1, ""), ROW % (2, "")) == ["Corporatie"]
    assert asked(OTHER, ROW % (1, "X6")) == []
    assert asked(OTHER) == []
