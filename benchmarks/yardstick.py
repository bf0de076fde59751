"""The yardstick for pages: the barest Flask route that reads twenty rows through the ORM and writes them in a table.

It has no session, no sign-in, no translations, no layout: what any page of any Flask application costs at least.
"""

import os
from typing import Any

from flask import Flask, render_template
from jinja2 import DictLoader
from sqlalchemy import BigInteger, Text, create_engine, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

PAGE = """<!doctype html>
<html lang="nl">
<head><meta charset="utf-8"><title>{{ title }}</title></head>
<body>
<h1>{{ title }}</h1>
<table>
<thead><tr><th>Nummer</th><th>Naam</th></tr></thead>
<tbody>
{% for row in rows %}
<tr><td>{{ row.id }}</td><td>{{ row.name }}</td></tr>
{% endfor %}
</tbody>
</table>
</body>
</html>
"""


class Base(DeclarativeBase):
    """Apart from the house's own tables."""


class Row(Base):
    """A party as the yardstick sees it."""

    __tablename__ = "party"

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    name: Mapped[str] = mapped_column(Text)


def make() -> Any:
    """The application on the database of DATABASE_URL."""
    app = Flask("yardstick")
    app.jinja_loader = DictLoader({"rows.html": PAGE})  # compiled once, as any template is
    url = os.environ["DATABASE_URL"].replace("postgresql://", "postgresql+psycopg://", 1)
    engine = create_engine(url, pool_size=4, connect_args={"prepare_threshold": 1})

    @app.get("/")
    def rows() -> str:
        with Session(engine) as session:
            found = session.scalars(select(Row).where(Row.id >= 5).order_by(Row.id).limit(20)).all()
            return render_template("rows.html", title="Lijst", rows=found)

    return app
