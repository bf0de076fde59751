"""The names columns go by, and which row of a table holds them.

They come from exports of Exact, AFAS, Twinfield, Unit4 and SAP, and from what councils publish.
"""

import re
from collections.abc import Collection, Mapping, Sequence

from cwb.kernel.text import N_, search_key

FIELDS: Mapping[str, str] = {
    "supplier_name": N_("Naam van de leverancier"),
    "invoice_date": N_("Factuurdatum"),
    "amount": N_("Bedrag zonder btw. Een creditnota heeft een min."),
    "debit": N_("Bedrag debet, als debet en credit elk een kolom hebben"),
    "credit": N_("Bedrag credit, als debet en credit elk een kolom hebben"),
    "side": N_("Debet of credit (D of C) naast het bedrag"),
    "band": N_("Klasse van het bedrag, als het bedrag zelf er niet staat"),
    "currency": N_("Munt"),
    "document_number": N_("Factuurnummer van de leverancier"),
    "supplier_code": N_("Uw eigen nummer van de leverancier"),
    "kvk": N_("KvK-nummer, 8 cijfers"),
    "vat_id": N_("Btw-id"),
    "iban": N_("IBAN"),
    "street": N_("Straat"),
    "house_number": N_("Huisnummer"),
    "postcode": N_("Postcode"),
    "city": N_("Plaats"),
    "country": N_("Land (leeg is Nederland)"),
    "natural_person": N_("Eenmanszaak of persoon: ja of nee"),
    "description": N_("Omschrijving"),
    "cpv": N_("CPV-code, 8 cijfers"),
    "exclusion": N_("Code X1 tot en met X7, of leeg"),
    "irrecoverable_vat": N_("Btw die u niet terugkrijgt"),
    "contract": N_("Contractnummer"),
    "contract_start": N_("Eerste dag van het contract"),
    "contract_end": N_("Laatste dag van het contract"),
    "tender": N_("Nummer van de opdracht"),
    "credit_of": N_("Factuurnummer dat deze creditnota verlaagt"),
}
"""What a column can hold, as people read it."""

NAMES = """
supplier_name 1: supplier name, leverancier naam, leveranciersnaam, naam leverancier, naam van de leverancier,
    crediteurnaam, crediteur naam, naam crediteur, vendor name, beneficiary name, supplier beneficiary name,
    supplier company name, creditor name, payee name, name of supplier, relatienaam, naam relatie,
    leveranciersomschrijving, omschrijving crediteur, name of vendor
supplier_name 2: supplier, leverancier, crediteur, vendor, payee, beneficiary, creditor, merchant name, relatie,
    relatie naam, handelsnaam, verkooprelatie, naam crediteur debiteur, merchant, tegenpartij, naam tegenpartij,
    begunstigde, company name, bedrijfsnaam
supplier_name 3: naam, name, name 1, naam 1, naam1, name1, rekeningnaam, omschrijving relatie, opdrachtnemer,
    contractant
invoice_date 1: invoice date, factuurdatum, datum factuur, faktuurdatum, fact datum, factdat, date of invoice,
    factuur datum, documentdatum, document date, doc date, invoice dt
invoice_date 2: date, datum, transaction date, transactiedatum, boekdatum, boekingsdatum, posting date, datum
    boeking, tax date, belegdatum
invoice_date 3: payment date, pay date, betaaldatum, date paid, date of payment, paid date, datum betaling, betaald
    op, period date, valutadatum, effective date, clearing date
amount 1: net amount, netto bedrag, nettobedrag, bedrag excl btw, bedrag exclusief btw, bedrag ex btw, bedrag zonder
    btw, netto, net, amount excl vat, amount excluding vat, amount ex vat, amount net, net value, amount net of vat,
    bedrag netto, factuurbedrag excl btw, factuurbedrag exclusief btw, nett amount, net invoice amount, net amount
    excluding vat, invoice line amount excl vat, excl btw, bedrag excl, amount excl
amount 2: amount, bedrag, bedrag eur, amount eur, bedrag in eur, bedrag in euro, bedrag euro, value, waarde,
    regelbedrag, line amount, boekbedrag, bedrag in lokale valuta, bedrag in eigen valuta, amount in local currency,
    amount in lc, lc amount, basisbedrag, amount in eur, amount in euro, bedrag lokale valuta, transaction amount,
    payment amount, amount paid, betaald bedrag, annual value, jaarwaarde, spend, uitgave, bedrag basisvaluta,
    invoice amount, factuurbedrag, amount in euros
amount 3: actual value, spend amount, kosten, cost, costs, boekingsbedrag, mutatie, mutatiebedrag, bedragen, annual
    contract value
debit 1: debet, debit, bedrag debet, debet bedrag, debetbedrag, debit amount, amount debit, deb
debit 2: debet eur, debit eur
credit 1: credit, bedrag credit, credit bedrag, creditbedrag, credit amount, amount credit, cred
credit 2: credit eur
side 1: d c, dc, debet credit, debit credit, d c code, dc code, debet of credit, debit or credit, soll haben, s h,
    dr cr, cr dr, db cr, debit credit indicator, debet credit indicator, debit credit ind, d c indicator, dc
    indicator, debet credit code, drcr
side 2: af bij, d c ind, indicator d c, d k, debit credit code
band 1: bandbreedte, bedragklasse, klasse bedrag, bedrag klasse, categorie bedrag, inkoopbedrag categorie, amount
    band, bedragcategorie, uitgavenklasse, totaalbedrag categorie, staffel, bedrag bandbreedte, bandbreedte bedrag,
    spend band
band 2: band, klasse, range
currency 1: currency, valuta, munt, muntsoort, currency code, valutacode, muntcode, muntsoort factuur, cur, curr,
    ccy, valuta code, document currency, doc currency, factuurvaluta, currency key, val
document_number 1: invoice number, factuurnummer, factuurnr, invoice no, invoice nr, invoice id, fact nr,
    faktuurnummer, fakt nr, faktuurnr, invoice ref, factuurnummer leverancier, factuurnummer van de leverancier,
    supplier invoice number, inkoopfactuurnummer, uw factuurnummer, invoice reference, extern factuurnummer, externe
    factuurnummer, document number, invoice
document_number 2: referentie, reference, uw ref, uw referentie, reference number, externe referentie, your ref,
    your reference, ref, invoice reference no, documentnummer, document nr, document no, doc no, docnr, documentnr,
    internal reference number, internal ref number, transaction number, transaction id, transno, trans no,
    transactienummer, boekstuknummer, boekstuknr, boekstuk, bkstnr, voucher
document_number 3: stuknummer, stuknr, voucher number, vouchernr, belegnummer, volgnummer, internal reference,
    transactie, kenmerk, nummer factuur, betalingskenmerk, payment reference, voucher no, transaction reference,
    factuur
supplier_code 1: supplier id, supplier code, supplier number, supplier no, vendor id, vendor number, vendor no,
    vendor code, leveranciernummer, leveranciersnummer, leveranciersnr, leveranciernr, lev nr, levnr,
    crediteurnummer, crediteurennummer, crediteur nr, crediteurnr, crediteurcode, creditor number, creditor id,
    relatiecode, relatie code, relatienummer, leverancierscode, leveranciercode, nummer crediteur, crediteur code,
    crediteur nummer, leverancier nummer, leverancier code, leverancier id, supplier nr, nummer leverancier, code
    leverancier, nummer debiteur crediteur, crednr, lev code
supplier_code 2: relatie nr, relatienr, account number supplier, beneficiary id, supplier ref, rel kpl, payee id,
    supplier account
supplier_code 3: leverancier, crediteur, vendor, supplier, relatie, creditor
kvk 1: kvk, kvk nummer, kvknummer, kvk nr, kvknr, kamer van koophandel, handelsregisternummer, nummer
    handelsregister, coc, coc number, chamber of commerce, chamber of commerce number, kvk number, kvk nummer
    leverancier, inschrijfnummer kvk
kvk 2: company number, supplier registered company number, registered company number, company registration number,
    companies house number, supplier company number, inschrijvingsnummer, company reg no
vat_id 1: btw nummer, btwnummer, btw nr, btw id, btwid, btw identificatienummer, vat number, vat id, vat no, vat
    registration number, vat registration no, vat reg no, btw nummer leverancier, ob nummer, tax number, vat
iban 1: iban, iban nummer, bankrekening, bankrekeningnummer, rekeningnummer iban, iban leverancier, bank account,
    bank account number, tegenrekening, iban tegenrekening, iban tegenpartij, iban number, bankrekening leverancier,
    bankrekeningnummer leverancier
iban 2: rekeningnummer, account iban
street 1: straat, straatnaam, street, street name, adres, address, adresregel 1, address line 1, vestigingsadres,
    bezoekadres, adres 1, supplier address, adres leverancier, straat leverancier, street address, address 1, straat
    en huisnummer
house_number 1: huisnummer, huisnr, house number, house no, nummer huis, huis nr, huisnummer leverancier, street
    number
house_number 2: nr, nummer, number
postcode 1: postcode, post code, postal code, zip, zip code, postcode leverancier, supplier postcode, pc,
    vestigingspostcode, zipcode, supplier post code, postcode plaats
city 1: plaats, plaatsnaam, woonplaats, city, town, stad, vestigingsplaats, place, plaats leverancier, supplier
    city, gemeente
country 1: land, country, landcode, country code, land leverancier, supplier country, landnaam, land code, country
    key
natural_person 1: natuurlijk persoon, eenmanszaak, natural person, sole trader, zzp, persoon, eenmanszaak of
    persoon, zzper, natuurlijke persoon
description 1: omschrijving, description, factuuromschrijving, boekingsomschrijving, omschrijving factuur,
    omschrijving boeking, toelichting, line description, regelomschrijving, item text, omschrijving regel,
    narrative, tekst, boekingstekst, invoice description, transaction description, text
description 2: purpose of spend summary, purpose of spend, extended description, purpose, account description,
    contract title, grootboekomschrijving, omschrijving grootboekrekening, expense type, expense code description,
    summary of purpose
description 3: contract description, category, categorie, expense area, spend area, grootboekrekening omschrijving,
    procurement category, organisational unit, expense code, definition, soort kosten, kostensoort
cpv 1: cpv, cpv code, cpvcode, cpv nummer, cpv hoofdcode
exclusion 1: exclusion, uitsluiting, uitsluitcode, reden uitsluiting, d1 code, code x, exclusion code, x code
irrecoverable_vat 1: irrecoverable vat, niet verrekenbare btw, kostprijsverhogende btw, niet aftrekbare btw, niet
    terugvorderbare btw, btw niet aftrekbaar, irrecoverable vat amount, btw die u niet terugkrijgt
contract 1: contract, contractnummer, contractnr, contract reference, contract number, contract id, contract ref,
    contract no, overeenkomstnummer, contractreferentie, overeenkomst, raamcontract
contract_start 1: contract start, start date, contract start date, startdatum, startdatum contract, ingangsdatum,
    begindatum contract, ingangsdatum contract, eerste dag van het contract, contractstart
contract_end 1: contract end, end date, contract end date, einddatum, einddatum contract, expiry date, current
    expiry date, laatste dag van het contract, contracteinde, afloopdatum
tender 1: tender, tender number, tendernummer, aanbestedingsnummer, nummer van de opdracht, opdrachtnummer, tender
    reference
credit_of 1: credit of, credits invoice, credit van, gecrediteerde factuur, oorspronkelijke factuur, original
    invoice, originele factuur, credit op factuur, oorspronkelijk factuurnummer, original invoice number
"""
"""Per field three tiers: names that say it, that mostly say it, and that may."""

MONEY_FIELDS = ("amount", "debit", "credit", "irrecoverable_vat")
DAY_FIELDS = ("invoice_date", "contract_start", "contract_end")

_MARK = re.compile("^(\ufeff|ï»¿)+")
"""What marks a text as UTF-8, when it was not taken for that, or was written twice."""

TIERS = (1.0, 0.9, 0.8)


def _scores() -> dict[str, dict[str, float]]:
    found: dict[str, dict[str, float]] = {}
    for line in re.sub(r"\n {4}", " ", NAMES.strip()).splitlines():
        key, _, names = line.partition(": ")
        field, _, tier = key.partition(" ")
        for name in names.split(", "):
            found.setdefault(name, {}).setdefault(field, TIERS[int(tier) - 1])
    return found


SCORES: Mapping[str, Mapping[str, float]] = _scores()
"""Per name what it may mean, and how surely."""

_LATER = frozenset(name for name, found in SCORES.items() if found.get("invoice_date") == TIERS[2])
"""Names of the day of payment, which is later than the invoice."""


def plain_name(header: str) -> str:
    """A column's name as it is compared: no capitals, accents, signs or currency between brackets."""
    bare = re.sub(
        r"[(\[]\s*(eur|euro|€)\s*[)\]]|€", " ", search_key(re.sub(r" #[0-9]+$", "", _MARK.sub("", header)))
    )
    return " ".join(re.sub(r"[^0-9a-z]+", " ", bare).split())


def labels_of(header: Sequence[str]) -> list[str]:
    """A name for every column: its own, or its place where it has none or shares it."""
    found: list[str] = []
    for number, cell in enumerate(header, 1):
        label = " ".join(_MARK.sub("", cell).split())
        found.append(label if label and label not in found else f"{label} #{number}".strip())
    return found


def find_header(rows: Sequence[Sequence[str]], wanted: Collection[str] = ()) -> int | None:
    """Which of the first rows names the columns; None when none does.

    With labels that are wanted it is the row that holds them all.
    """
    if wanted:
        return next((place for place, row in enumerate(rows) if set(wanted) <= set(labels_of(row))), None)
    best, place = 1, None
    for number, row in enumerate(rows):
        known = {name for cell in row for name in SCORES.get(plain_name(cell), ())}
        if len(known) > best:
            best, place = len(known), number
    return place


def is_later_day(label: str) -> bool:
    """Whether a column of dates says when was paid, not when was invoiced."""
    return plain_name(label) in _LATER


_MONEY = r"(bedrag|amount|waarde|value|klasse|band|bandbreedte|inkoopbedrag|factuurbedrag)"
_LOW = re.compile(
    rf"{_MONEY} (van|vanaf|from|min|minimum|laag|low|lower|ondergrens)|(van|vanaf|min|minimum|minimaal) {_MONEY}"
    r"|ondergrens|lower bound"
)
_HIGH = re.compile(
    rf"{_MONEY} (tot|tot en met|tm|t m|to|max|maximum|hoog|high|upper|bovengrens)|(tot|max|maximum|maximaal) {_MONEY}"
    r"|bovengrens|upper bound"
)


def band_edges(labels: Sequence[str]) -> tuple[str, str] | None:
    """The two columns that hold the lower and the upper bound of a class of amounts; None when there are none."""
    named = [(label, plain_name(label)) for label in labels]
    low = next((label for label, name in named if _LOW.fullmatch(name)), None)
    high = next((label for label, name in named if _HIGH.fullmatch(name)), None)
    return (low, high) if low is not None and high is not None else None
