"""What waits to become public holds no citizen service number, wherever it is typed."""

from dataclasses import replace

import pytest

from coops.alliances.rules import Kind, PostFacts, check_post
from coops.obstacles.rules import ObstacleFacts, check_obstacle
from coops.stories.rules import StoryFacts, check_story
from cwb.kernel.identifiers import BsnFound

NUMBER = "111222333"
POST = PostFacts(Kind.ITEM, "Meer licht op het plein", "Het is er donker na zes uur.", who="De buurt")
OBSTACLE = ObstacleFacts(
    "Omzeteis", "Koper", "Wij mochten niet meedoen: de omzeteis was drie keer de opdracht."
)
STORY = StoryFacts(
    "Van uitzendkracht naar lid",
    "Ik maakte jaren schoon voor een bedrijf ver weg. " * 2,
    "Zon",
    "FB",
    consents=True,
)


@pytest.mark.parametrize(
    ("check", "facts", "field"),
    [
        *((check_post, POST, field) for field in ("title", "text", "who")),
        *((check_obstacle, OBSTACLE, field) for field in ("rule", "owner", "case")),
        *((check_story, STORY, field) for field in ("title", "name", "text")),
    ],
)
def test_a_citizen_service_number_is_refused_at_its_field(check, facts, field):
    check(facts)
    with pytest.raises(BsnFound) as refused:
        check(replace(facts, **{field: f"{getattr(facts, field)} {NUMBER}"}))
    assert refused.value.field == field
