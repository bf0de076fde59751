"""What the operator asks a database."""

from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from cwb import paths


def scripts() -> ScriptDirectory:
    """The migrations of this program, installed or in a checkout."""
    return ScriptDirectory(str(paths.migrations()))


def head() -> str:
    """The revision this program needs."""
    return scripts().get_current_head() or ""


def known_revisions() -> frozenset[str]:
    """Every revision this program can migrate from."""
    return frozenset(script.revision for script in scripts().walk_revisions())


def revision(connection: Connection) -> str:
    """The revision the database is at; empty for a new one."""
    return ", ".join(MigrationContext.configure(connection).get_current_heads())


def server_version(connection: Connection) -> int:
    """The major version of the server."""
    return int(connection.execute(text("SHOW server_version_num")).scalar_one()) // 10000


def is_fenced(connection: Connection) -> bool:
    """Whether the fence around bids holds for this role: a superuser, or one that may bypass it, sees all."""
    question = "SELECT NOT (rolsuper OR rolbypassrls) FROM pg_roles WHERE rolname = current_user"
    return bool(connection.execute(text(question)).scalar_one())


def table_count(connection: Connection) -> int:
    """How many tables there are, in any schema of ours."""
    question = """
        SELECT count(*) FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace
        WHERE relkind IN ('r', 'p') AND nspname !~ '^pg_' AND nspname <> 'information_schema'
    """
    return int(connection.execute(text(question)).scalar_one())


def chain_heads(connection: Connection) -> dict[str, str]:
    """The newest hash of every chain: each table `*_seal` that has the columns `seq` and `hash`."""
    question = """
        SELECT table_name FROM information_schema.columns
        WHERE table_schema = current_schema() AND table_name LIKE '%\\_seal'
            AND column_name IN ('seq', 'hash')
        GROUP BY table_name HAVING count(*) = 2 ORDER BY table_name
    """
    heads = {}
    for table in connection.execute(text(question)).scalars():
        quoted = connection.dialect.identifier_preparer.quote(table)
        newest = text(f"SELECT hash FROM {quoted} ORDER BY seq DESC LIMIT 1")
        found = connection.execute(newest).scalar_one_or_none()
        if found is not None:
            heads[str(table)] = found.hex() if isinstance(found, bytes) else str(found)
    return heads
