"""Choosing each method in the form, and reading it on the public page."""

from decimal import Decimal

import pytest

from cwb.kernel.clock import now
from cwb.kernel.policy import Actor, Role
from cwb.kernel.text import search_key
from procurement.cautions import queries as cautions
from procurement.cautions import services
from procurement.cautions.rules import digest_of
from procurement.methods.rules import formula, scoring_of
from procurement.scoring.rules import Method
from procurement.tenders import queries as tenders
from tests.procurement.scorings import SCORINGS

WORDS = {
    "relative_price": ("Een verliezer kan bepalen wie wint", "De inkoper weet dit en bevestigde het", "zonder naam"),
    "log_price": ("Bij 2 keer die prijs zijn het er nul", "zonder naam"),
    "fixed_price_range": ("krijgt alle prijspunten", "Daarboven valt u af"),
    "meat_coefficient": ("Kwaliteit maakt uw prijs een paar procent lager", "22,5"),
    "superformule": ("Dit is een proef", "De laagste uitkomst wint", "70 %"),
    "lowest_price": ("Alleen de prijs telt. De laagste wint.", "zout van één norm", "artikel 2.114"),
    "life_cycle_cost": ("De kosten over de hele levensduur tellen", "Ophalen", "jaar 1 tot en met 8", "2,25 procent", "artikel 2.114"),
}  # fmt: skip


def typed(scoring):
    """A scoring as a buyer types it."""
    amounts = ("price_min", "price_max", "reference")
    numbers = ("price_points", "log_base", "reference_quality", "exponent")
    data = {"method": scoring.method.value, "tie_break": scoring.tie_break, "reason": scoring.reason}
    data |= {
        name: value.plain().replace(".", ",")
        for name in amounts
        if (value := getattr(scoring, name)) is not None
    }
    data |= {
        name: f"{value:f}".replace(".", ",") for name in numbers if (value := getattr(scoring, name)) is not None
    }  # fmt: skip
    if scoring.life is not None:
        data["percent"] = f"{scoring.life.percent:f}".replace(".", ",")
    for place, each in enumerate(scoring.life.costs if scoring.life is not None else ()):
        data |= {
            f"costs-{place}-name": each.name, f"costs-{place}-kind": each.kind.value,
            f"costs-{place}-first": str(each.first), f"costs-{place}-last": str(each.last),
        }  # fmt: skip
    for place, each in enumerate(scoring.criteria):
        data |= {
            f"criteria-{place}-name": each.name, f"criteria-{place}-description": each.description,
            f"criteria-{place}-max_points": f"{each.max_points:f}".replace(".", ","),
            f"criteria-{place}-min_points": f"{each.min_points:f}".replace(".", ","),
        }  # fmt: skip
    return data


def fresh(buying, session, made):
    """The draft as it stands now."""
    session.expire_all()
    return tenders.tender(
        session, made.number, Actor(buying.author.id, "x", buying.buyer.id, "", frozenset({Role.PURCHASER}))
    )


@pytest.fixture
def made(buying, session):
    """A whole draft of now."""
    buying.at = now()
    draft = buying.draft()
    session.commit()
    return draft


@pytest.mark.parametrize("name", SCORINGS)
def test_a_method_goes_from_the_form_to_the_public_page(buying, made, sign_in_user, session, client, name):
    author, scoring = sign_in_user(buying.author), SCORINGS[name]
    address = f"/tenders/{made.number}"
    sent = author.post(f"{address}/draft/scoring", data=typed(scoring))
    assert sent.status_code == 303
    assert sent.location == f"{address}/{'method' if name == 'relative_price' else 'draft'}"
    made = fresh(buying, session, made)
    kept = scoring_of(made, made.lots[0])
    assert formula(kept) == formula(scoring)
    again = author.get(f"{address}/draft/scoring").text
    for field, value in typed(kept).items():
        assert search_key(value.split(",")[0]) in search_key(again), field
    assert author.get(f"{address}/stress").status_code == 200
    assert author.get(f"{address}/draft").status_code == 200
    if not scoring.is_stable:
        services.confirm_method(
            session, tender=made, digest=digest_of(cautions.scorings(made)), seed=1, is_understood=True,
            user_id=buying.author.id, at=buying.at,
        )  # fmt: skip
    made = buying.approved(made)
    made = buying.publish(made, at=made.edited_at)
    session.commit()
    page = client.get(address).text
    for words in WORDS[name]:
        assert words in page, words
    assert made.lots[0].formula == formula(scoring)
    assert search_key(formula(scoring)) in search_key(page.replace("&gt;", ">").replace("&lt;", "<"))


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("log_price", {"log_base": "1"}), ("log_price", {"log_base": "tien"}), ("log_price", {"log_base": ""}),
        ("log_price", {"price_points": "41"}), ("relative_price", {"price_points": ""}),
        ("superformule", {"exponent": "0"}), ("superformule", {"exponent": "11"}), ("superformule", {"reference": ""}),
        ("superformule", {"reference_quality": "100,01"}), ("superformule", {"criteria-1-name": "Nog een", "criteria-1-max_points": "3"}),
        ("meat_coefficient", {"criteria-0-max_points": "31"}), ("lowest_price", {"reason": "Prijs is belangrijk"}),
        ("lowest_price", {"reason": ""}),
        ("lowest_price", {"criteria-0-max_points": "tien"}), ("log_price", {"method": "life_cycle_cost"}),
        ("life_cycle_cost", {"reason": ""}), ("life_cycle_cost", {"costs-0-last": "41"}), ("life_cycle_cost", {"costs-0-first": ""}),
        ("life_cycle_cost", {"costs-1-name": "Stroom"}), ("life_cycle_cost", {"percent": "11"}),
    ],
)  # fmt: skip
def test_what_a_method_cannot_use_is_shown_and_not_kept(buying, made, sign_in_user, session, name, change):
    author, before = sign_in_user(buying.author), made.version
    sent = author.post(f"/tenders/{made.number}/draft/scoring", data={**typed(SCORINGS[name]), **change})
    assert sent.status_code == 422
    assert "Er is iets niet goed gegaan" in sent.text
    session.refresh(made)
    assert (made.version, made.method) == (before, "value_award")


def test_amounts_are_told_beside_the_value_that_they_do_not_follow(buying, made, sign_in_user, session):
    author, address = sign_in_user(buying.author), f"/tenders/{made.number}/draft"
    worth = scoring_of(made, made.lots[0]).worth
    percent = round(100 * worth.minor / made.lots[0].value_minor)
    told = author.get(f"{address}/scoring").text.replace("\u00a0", " ")
    assert f"Dat is {percent} procent van de geraamde waarde" in told
    follows = "De bedragen bij de beoordeling veranderen niet mee"
    assert follows in author.get(f"{address}/value").text
    assert author.post(f"{address}/scoring", data=typed(SCORINGS["lowest_price"])).status_code == 303
    assert follows not in author.get(f"{address}/value").text


def test_another_method_forgets_what_it_does_not_use(buying, made, sign_in_user, session):
    author = sign_in_user(buying.author)
    for name in ("superformule", "log_price", "lowest_price", "meat_coefficient"):
        assert (
            author.post(f"/tenders/{made.number}/draft/scoring", data=typed(SCORINGS[name])).status_code
            == 303
        )
    made = fresh(buying, session, made)
    lot = made.lots[0]
    assert (lot.exponent, lot.reference_minor, lot.log_base, made.price_only_reason) == (None, None, None, "")
    assert [each.max_points for each in lot.criteria] == [None, Decimal("22.50"), Decimal(10)]


def test_price_alone_takes_no_quality_and_draws_between_equals(buying, made, sign_in_user, session):
    data = {
        **typed(SCORINGS["lowest_price"]),
        "tie_break": "quality",
        "criteria-0-name": "Plan",
        "criteria-0-max_points": "10",
    }
    sent = sign_in_user(buying.author).post(f"/tenders/{made.number}/draft/scoring", data=data)
    assert sent.status_code == 303
    now_kept = fresh(buying, session, made)
    assert (now_kept.tie_break, [each.code for each in now_kept.lots[0].criteria]) == ("lot", ["price"])


def test_a_reason_that_fits_any_purchase_is_asked_about_and_may_stay(buying, made, sign_in_user, session):
    author = sign_in_user(buying.author)
    stock = "Gezien de aard van de opdracht kiezen wij voor de prijs bij dit zout."
    data = {**typed(SCORINGS["lowest_price"]), "reason": stock}
    assert author.post(f"/tenders/{made.number}/draft/scoring", data=data).status_code == 303
    warned = "Deze reden past bij elke opdracht"
    assert warned in author.get(f"/tenders/{made.number}/draft/scoring").text
    assert warned in author.get(f"/tenders/{made.number}/draft").text
    made = fresh(buying, session, made)
    assert Method(made.method) is Method.LOWEST_PRICE
    buying.approved(made)
    session.commit()
    assert warned in sign_in_user(buying.colleague).get(f"/tenders/{made.number}/review").text


def divided(author, address):
    """The draft in two lots of 60.000 and 40.000 euro."""
    for path, data in (
        ("lots/add", {"title": "Zwembaden", "value": "40000"}),
        ("lots/1", {"title": "Buurthuizen", "value": "60000"}), ("lots", {"requirements": "KvK"}),
    ):  # fmt: skip
        assert author.post(f"{address}/draft/{path}", data=data).status_code == 303


def test_every_lot_gets_the_parameters_of_the_method_by_its_share_or_its_own(
    buying, made, sign_in_user, session
):
    author, address = sign_in_user(buying.author), f"/tenders/{made.number}"
    divided(author, address)
    assert author.post(f"{address}/draft/scoring", data=typed(SCORINGS["superformule"])).status_code == 303
    first, second = fresh(buying, session, made).lots
    assert (first.reference_minor, second.reference_minor) == (4_800_000, 3_200_000)
    assert (second.exponent, second.reference_quality) == (-2, 70)
    own = {**typed(SCORINGS["superformule"]), "reference": "35000", "exponent": "1,5"}
    assert author.get(f"{address}/draft/lots/2/scoring").status_code == 200
    assert author.post(f"{address}/draft/lots/2/scoring", data={**own, "exponent": "0"}).status_code == 422
    assert author.post(f"{address}/draft/lots/2/scoring", data=own).status_code == 303
    second = fresh(buying, session, made).lots[1]
    assert (second.reference_minor, second.exponent) == (3_500_000, Decimal("1.50"))
    page = author.get(address).text
    assert page.index("De laagste uitkomst wint") < page.index("De hoogste uitkomst wint")


def test_a_divided_tender_of_price_alone_has_no_criteria_in_any_lot(buying, made, sign_in_user, session):
    author, address = sign_in_user(buying.author), f"/tenders/{made.number}"
    divided(author, address)
    assert author.post(f"{address}/draft/scoring", data=typed(SCORINGS["lowest_price"])).status_code == 303
    assert [[each.code for each in lot.criteria] for lot in fresh(buying, session, made).lots] == [
        ["price"]
    ] * 2
    assert "Eigen criteria" not in author.get(f"{address}/draft/scoring").text


def test_the_reason_for_price_alone_is_read_along_with_as_other_public_texts(buying, made, sign_in_user):
    author = sign_in_user(buying.author)
    reason = "De prijs volstaat hier: lokale bedrijven krijgen voorrang bij dit zout van één norm."
    data = {**typed(SCORINGS["lowest_price"]), "reason": reason}
    assert author.post(f"/tenders/{made.number}/draft/scoring", data=data).status_code == 303
    assert "lokale bedrijven krijgen voorrang" in author.get(f"/tenders/{made.number}/counsel").text
