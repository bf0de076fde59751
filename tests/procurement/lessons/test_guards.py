"""Who lets a coach read, whose letters count, and that the last word does."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from cwb.identity.models import Organisation
from cwb.kernel.errors import Forbidden
from cwb.kernel.policy import Actor, Role
from procurement.lessons import queries, services
from procurement.lessons.errors import LessonsNotShared
from procurement.standstill import services as standstill


def say(panel, actor, *, is_given):
    return services.allow_coach(panel.session, is_given=is_given, actor=actor, at=panel.at)


def test_only_a_board_allows_and_its_last_word_counts(panel):
    board = panel.suppliers["Boen"]
    home = panel.session.get_one(Organisation, board.organisation_id)
    member = panel.world.person("Lid", home, Role.MEMBER)
    for actor in (member, panel.world.anna, Actor(board.user_id, "", None, "", frozenset({Role.BOARD}))):
        with pytest.raises(Forbidden):
            say(panel, actor, is_given=True)
    for is_given in (True, False, True):
        say(panel, board, is_given=is_given)
        assert queries.may_coach_read(panel.session, home.id) is is_given
    assert queries.sharing(panel.session) == [home]
    say(panel, board, is_given=False)
    assert queries.sharing(panel.session) == []
    with pytest.raises(LessonsNotShared):
        queries.shared(panel.session, home.public_id)
    for act in ("UPDATE lesson_consent SET is_given = true", "DELETE FROM lesson_consent"):
        with pytest.raises(DatabaseError), panel.session.begin_nested():
            panel.session.execute(text(act))


def test_a_member_finds_no_button_and_is_refused(panel, walk):
    home = panel.session.get_one(Organisation, panel.suppliers["Boen"].organisation_id)
    member = panel.world.person("Lid", home, Role.MEMBER)
    panel.session.commit()
    assert "Laat de coach meelezen" not in walk(member).get("/lessons").text
    assert walk(member).post("/lessons/coach", data={"given": "yes"}).status_code == 403


def test_only_own_letters_that_were_sent_and_stand(panel, points):
    own = panel.suppliers["Boen"].organisation_id
    panel.frozen(points)
    panel.prepare()
    assert queries.letters(panel.session, own) == []
    panel.write("Boen", "Stof")
    panel.send()
    assert [each.organisation_id for each in queries.letters(panel.session, own)] == [own]
    panel.do(standstill.withdraw_decision, panel.world.anna, reason="De motivering klopte niet")
    assert queries.letters(panel.session, own) == []
