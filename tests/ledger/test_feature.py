"""The storey as the roof sees it: the cards on the dashboard, and addresses without a bare file ending."""

import pytest

from cwb.kernel.policy import Role
from ledger.feature import FEATURE


@pytest.mark.parametrize(
    ("role", "offered", "kept_away"),
    [
        (Role.MEMBER, {"Maak een factuur"}, {"Lever uw inkoop aan", "Controleer de boeken"}),
        (Role.PURCHASER, {"Lever uw inkoop aan"}, {"Maak een factuur", "Controleer de boeken"}),
        (Role.PROGRAMME, {"Bekijk het cijfer"}, {"Maak een factuur", "Controleer de boeken"}),
        (Role.AUDITOR, {"Bekijk het cijfer", "Controleer de boeken"}, {"Maak een factuur"}),
    ],
)
def test_the_dashboard_offers_each_role_its_next_act(role, offered, kept_away, sign_in):
    page = sign_in(role).get("/").text
    assert {text for text in offered if text not in page} == set()
    assert {text for text in kept_away if text in page} == set()


def test_no_address_is_a_bare_file_ending(app):
    own = {each.name for each in FEATURE.blueprints}
    paths = [str(rule) for rule in app.url_map.iter_rules() if rule.endpoint.partition(".")[0] in own]
    assert len(paths) > 30
    assert [path for path in paths if "/." in path] == []
