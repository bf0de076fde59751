"""Who gave no paper, as the programme reads it."""

from coops.register.services import register_cooperative
from coops.unchecked import queries
from cwb.identity.rules import Side
from cwb.kernel.clock import now
from cwb.kernel.policy import Role
from tests.proving import prove


def test_the_programme_reads_who_gave_no_paper_and_nobody_else_does(
    session, sign_in, make_organisation, make_user
):
    silent, seen = (
        register_cooperative(
            session, organisation=make_organisation(Side.SUPPLIER), kind="worker", description="Wij werken.",
            sectors=["cleaning"], languages=["nl"], claims={"open_entry": "yes"}, user_id=make_user().id, at=now(),
        )
        for _each in range(2)
    )  # fmt: skip
    browser = sign_in(Role.PROGRAMME)
    prove(session, seen, "open_entry", user_id=browser.user.id, at=now())
    session.commit()
    assert session.scalars(queries.without_papers(now())).all() == [silent]
    assert "/cooperatives/without-papers" in browser.get("/").text
    page = browser.get("/cooperatives/without-papers").text
    assert str(silent.organisation.public_id) in page
    assert str(seen.organisation.public_id) not in page
    assert sign_in(Role.BOARD).get("/cooperatives/without-papers").status_code == 403
