import json

import pytest
from click.testing import CliRunner
from sqlalchemy import select
from sqlalchemy.orm import Session

from cwb.cli import build
from cwb.identity.models import Mandate, Organisation, User
from cwb.kernel.database import make_engine
from cwb.kernel.policy import Role


@pytest.mark.slow
def test_the_first_administrator_and_a_lost_phone(database_url, tmp_path, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", database_url)
    monkeypatch.setenv("CWB_DATA", str(tmp_path))
    run = lambda *words: CliRunner().invoke(build(), words)  # noqa: E731
    create = ("user", "create", "beheer@voorbeeld.example", "--name", "Beheer", "--organisation", "Programma",
              "--json", "--password")  # fmt: skip
    weak = run(*create, "kort")
    assert weak.exit_code == 1
    done = run(*create, "vier losse woorden hier")
    assert done.exit_code == 0, done.output
    assert json.loads(done.output)["email"] == "beheer@voorbeeld.example"
    assert run(*create, "vier losse woorden hier").exit_code == 1
    engine = make_engine(database_url)
    with Session(engine) as session:
        assert session.scalars(select(Mandate.role)).all() == [Role.ADMINISTRATOR]
        assert session.scalars(select(Organisation.is_programme)).all() == [True]
        assert session.scalars(select(User.totp_confirmed_at)).all() == [None]
    engine.dispose()
    assert run("user", "reset-second-factor", "beheer@voorbeeld.example").exit_code == 0
    assert run("user", "reset-second-factor", "wie@voorbeeld.example").exit_code == 1
