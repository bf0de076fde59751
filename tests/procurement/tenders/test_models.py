from sqlalchemy import text


def test_tables(session):
    assert session.execute(text("select count(*) from tender")).scalar() == 0
