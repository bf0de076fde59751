import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from coops.stories import errors, queries, services
from coops.stories.models import Story
from coops.stories.rules import StoryFacts
from cwb.identity.events import UserErased
from cwb.identity.rules import Side
from cwb.kernel import clock
from cwb.kernel.errors import Forbidden
from cwb.kernel.policy import Actor, Role
from cwb.notifications.models import Mail

WORDS = (
    "Ik maakte jaren schoon voor een bedrijf ver weg. <b>Nu</b> ben ik lid en beslis ik mee over het werk."
)
FACTS = StoryFacts("Van uitzendkracht naar lid", WORDS, "Naam die ik koos", "FB", consents=True)


@pytest.fixture
def cast(make_organisation, make_user):
    """A teller of a cooperative and two of the programme: user and actor."""
    found = {}
    coop, office = make_organisation(Side.SUPPLIER), make_organisation(Side.PROGRAMME)
    for name, home, role in (
        ("teller", coop, Role.MEMBER), ("one", office, Role.PROGRAMME), ("two", office, Role.PROGRAMME),
        ("other", coop, Role.BOARD),
    ):  # fmt: skip
        user = make_user((role, home))
        found[name] = (user, Actor(user.id, user.name, home.id, home.name, frozenset({role})))
    return found


def tell(session, cast, who="teller"):
    return services.tell_story(session, facts=FACTS, actor=cast[who][1], at=clock.now())


def test_told_read_first_public_and_gone_when_taken_back(session, cast, sign_in_user, client):
    session.commit()
    mine = sign_in_user(cast["teller"][0])
    data = {"title": FACTS.title, "text": WORDS, "name": FACTS.name, "place": "FB"}
    assert "Zet een vinkje" in mine.post("/stories/new", data=data).text
    assert mine.post("/stories/new", data={**data, "consents": "y"}).status_code == 303
    made = session.scalars(select(Story)).one()
    address = f"/stories/{made.public_id}"
    assert client.get(address).status_code == 404
    programme = sign_in_user(cast["one"][0])
    assert "Lees het verhaal" in programme.get("/").text
    assert programme.post(f"{address}/publish").status_code == 303
    assert "&lt;b&gt;Nu" in client.get(address).text
    assert FACTS.name in client.get("/stories").text
    assert mine.post(f"{address}/take-back").status_code == 303
    assert client.get(address).status_code == 404
    assert FACTS.title not in client.get("/stories").text
    session.expire_all()
    assert (made.title, made.text, made.shown_name) == ("", "", "")


def test_who_told_it_hears_what_became_of_it_and_keeps_the_words(session, cast):
    told = tell(session, cast)
    services.publish_story(session, story=told, actor=cast["one"][1], at=clock.now())
    services.take_back(session, story=told, actor=cast["two"][1], at=clock.now())
    public, gone = session.scalars(select(Mail).order_by(Mail.id)).all()
    assert {public.recipient, gone.recipient} == {cast["teller"][0].email}
    assert FACTS.title in public.text
    assert WORDS in gone.text
    assert told.text == ""


def test_the_teller_does_not_publish_and_a_stranger_does_nothing(session, cast, sign_in_user):
    own = tell(session, cast, "one")
    with pytest.raises(errors.OwnStory):
        services.publish_story(session, story=own, actor=cast["one"][1], at=clock.now())
    made = tell(session, cast)
    services.publish_story(session, story=made, actor=cast["one"][1], at=clock.now())
    with pytest.raises(errors.StoryPublic):
        services.publish_story(session, story=made, actor=cast["two"][1], at=clock.now())
    with pytest.raises(Forbidden):
        services.take_back(session, story=made, actor=cast["other"][1], at=clock.now())
    session.commit()
    assert sign_in_user(cast["other"][0]).post(f"/stories/{made.public_id}/take-back").status_code == 403


def test_ten_stories_are_room_and_one_taken_back_makes_some(session, cast):
    made = [tell(session, cast) for _ in range(10)]
    with pytest.raises(errors.TooManyStories):
        tell(session, cast)
    services.take_back(session, story=made[0], actor=cast["teller"][1], at=clock.now())
    tell(session, cast)


def test_an_erased_account_leaves_no_words(session, cast):
    made = tell(session, cast)
    services.forget_user(session, UserErased(cast["teller"][0].id, None, clock.now()))
    session.expire_all()
    assert made.text == ""
    assert queries.own_data(session, cast["teller"][0].id) == []


@pytest.mark.parametrize("change", ["text = text || ' en nog iets'", "shown_name = 'Een ander'"])
def test_the_database_keeps_a_story_as_it_was_told(session, cast, change):
    tell(session, cast)
    with pytest.raises(IntegrityError, match="told once"):
        session.execute(text(f"UPDATE story SET {change}"))


def test_a_story_taken_back_does_not_return(session, cast):
    made = tell(session, cast)
    services.take_back(session, story=made, actor=cast["teller"][1], at=clock.now())
    with pytest.raises(IntegrityError, match="told once"):
        session.execute(
            text("UPDATE story SET taken_back_at = NULL, text = 'x', title = 'x', shown_name = 'x'")
        )


@pytest.mark.parametrize("named", [True, False])
def test_the_name_of_the_organisation_stands_there_only_if_the_teller_says_so(
    session, cast, sign_in_user, named
):
    session.commit()
    mine, home = sign_in_user(cast["teller"][0]), cast["teller"][1].organisation_name
    data = {"title": FACTS.title, "text": WORDS, "name": FACTS.name, "place": "FB", "consents": "y"}
    assert (
        mine.post("/stories/new", data=data | ({"names_organisation": "y"} if named else {})).status_code
        == 303
    )
    made = session.scalars(select(Story)).one()
    assert (made.organisation_id is not None) is named
    main = mine.get(f"/stories/{made.public_id}").text.split("<main")[1].split("</main")[0]
    assert (home in main) is named
