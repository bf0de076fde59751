from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cwb.kernel.money import Money
from procurement.counsel import rules
from procurement.counsel.gateway import patterns
from procurement.counsel.rules import About, Earlier

UNLAWFUL = (
    "Alleen bedrijven uit Nieuw-West mogen inschrijven.",
    "Lokale ondernemers krijgen extra punten.",
    "Wij geven de voorkeur aan leveranciers uit de buurt.",
    "De inschrijver moet gevestigd zijn in Amsterdam.",
    "Inschrijvers dienen een kantoor in Osdorp te hebben.",
    "Het bedrijf is gevestigd in Slotervaart.",
    "Een Amsterdamse vestiging is vereist.",
    "Medewerkers moeten woonachtig zijn in Nieuw-West.",
    "De opdrachtnemer moet binnen 5 km gevestigd zijn.",
    "Alleen uit Nieuw-West.",
    "Plaatselijke coöperaties worden hoger gewaardeerd.",
    "Uitsluitend partijen uit de regio.",
    "Wie als ondernemer in de wijk gevestigd is, krijgt een bonus.",
    "Only local companies may bid.",
    "Suppliers established in Amsterdam receive more points.",
    "Preference will be given to firms from the neighbourhood.",
    "Bidders must be located within 10 km of the site.",
    "LOKALE BEDRIJVEN KRIJGEN VOORRANG",
    "De inschrijver is binnen 5 km gevestigd.",
    "Bidders located within 10 km score higher.",
    "De inschrijver moet gevestigd zijn in postcodegebied 1060.",
    "De inschrijver heeft een vestiging met postcode 1060 t/m 1069.",
    "Inschrijvers uit 1063 hebben een streepje voor.",
)
LAWFUL = (
    "Het werk is in Nieuw-West.",
    "U maakt drie keer per week schoon in Osdorp.",
    "De plantsoenen in Slotervaart moeten elke maand gesnoeid worden.",
    "Ervaring met werk voor mensen met afstand tot de arbeidsmarkt levert punten op.",
    "De leverancier is telefonisch bereikbaar op werkdagen.",
    "Bij storing bent u binnen twee uur op het adres.",
    "Lokale ondernemers krijgen geen voorrang.",
    "Waar u gevestigd bent, maakt niet uit; ook niet in Amsterdam.",
    "De gemeente Amsterdam betaalt binnen 30 dagen.",
    "Alle inschrijvers stellen vragen voor de sluiting.",
    "Wij beoordelen hoe u de buurt betrekt bij het werk.",
    "Bidders from any place are welcome, irrespective of where they are registered in Amsterdam or elsewhere.",
    "The work is in the neighbourhood.",
    "De opdrachtnemer moet elke week vegen in Osdorp.",
    "De school staat in postcodegebied 1060.",
    "De leverancier kent de wijk en de bewoners.",
    "Een KvK-uittreksel is vereist.",
    "De opdrachtnemer moet de sloten schoonmaken en alleen snoeien als het droog is.",
    "De leverancier moet binnen 30 minuten ter plaatse zijn.",
    "De aannemer is verplicht de bewoners van Slotervaart vooraf te vertellen wanneer hij komt.",
    "The contractor must clean the offices in Amsterdam.",
    "Materiaal staat in het magazijn in Geuzenveld.",
)


@pytest.mark.parametrize("sentence", UNLAWFUL)
def test_a_preference_for_a_place_is_asked_about(sentence):
    assert rules.prefers_local(sentence, patterns()), sentence


@pytest.mark.parametrize("sentence", LAWFUL)
def test_the_place_of_the_work_is_not(sentence):
    assert rules.prefers_local(sentence, patterns()) is None, sentence


def test_each_sentence_is_quoted_once_with_its_place():
    text = "Het werk is in Osdorp. Lokale bedrijven krijgen voorrang.\n- Lokale bedrijven krijgen voorrang.\n"
    found = rules.scan([("description", text), ("requirements", text)], patterns())
    assert [(each.where, each.quote) for each in found] == [
        ("description", "Lokale bedrijven krijgen voorrang.")
    ]
    assert found[0].about is About.LOCAL_PREFERENCE
    assert found[0].article


@given(st.text(max_size=400))
def test_any_text_is_read(text):
    assert len(rules.scan([("title", text)], patterns())) <= len(rules.sentences(text))


def earlier(*values: int) -> list[Earlier]:
    return [Earlier(f"T-{n}", "Werk", Money(v * 100), date(2026, 1, 1)) for n, v in enumerate(values)]


LIMITS = [Money(50_000_00), Money(216_000_00)]


@pytest.mark.parametrize(
    ("value", "others", "limit"),
    [
        (40_000, (9_999,), None), (40_000, (10_000,), 50_000), (40_000, (), None), (60_000, (155_999,), None),
        (60_000, (156_000,), 216_000), (40_000, (176_000,), 216_000), (216_000, (500_000,), None),
    ],
)  # fmt: skip
def test_the_highest_limit_that_only_the_whole_reaches_counts(value, others, limit):
    found = rules.splits(Money(value * 100), earlier(*others), LIMITS, 12)
    assert (found.facts["limit"] if found else None) == (Money(limit * 100) if limit else None)


def test_another_sum_asks_anew_and_the_same_does_not():
    first = rules.splits(Money(40_000_00), earlier(20_000), LIMITS, 12)
    assert first.fingerprint == rules.splits(Money(41_000_00), earlier(20_000), LIMITS, 12).fingerprint
    assert first.fingerprint != rules.splits(Money(40_000_00), earlier(20_001), LIMITS, 12).fingerprint


@pytest.mark.parametrize(
    ("text", "reason"),
    [("", False), ("ja dat mag", False), ("  " * 40, False), ("Het gaat om ander werk.", True)],
)
def test_a_reason_has_some_words(text, reason):
    assert rules.is_reason(text) is reason
