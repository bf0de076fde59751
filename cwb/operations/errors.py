"""Why a command of the operator is refused."""

from cwb.kernel.errors import Conflict, NotFound, RuleBroken
from cwb.kernel.text import N_


class SchemaNotAtHead(Conflict):
    """The tables are not those of this program."""

    message = N_(
        "De database staat op %(revision)s, dit programma hoort bij %(head)s. Draai eerst: cwb db upgrade"
    )


class BackupUnreadable(RuleBroken):
    """The file is no backup of ours."""

    message = N_("%(file)s is geen leesbare back-up: %(reason)s. Er is niets veranderd.")


class BackupDamaged(RuleBroken):
    """A part differs from what was written."""

    message = N_(
        "De back-up is beschadigd: %(part)s klopt niet met zijn controlegetal. Er is niets veranderd."
    )


class BackupNewer(RuleBroken):
    """The backup was made by a newer program."""

    message = N_(
        "De back-up staat op schema %(revision)s (versie %(version)s). Dit programma kent dat niet."
        " Installeer eerst de nieuwere versie. Er is niets veranderd."
    )


class DatabaseNotEmpty(Conflict):
    """There is something to lose."""

    message = N_(
        "De database is niet leeg (%(tables)s tabellen). Er is niets veranderd. Vervangen kan met --force."
    )


class ToolsMissing(NotFound):
    """No client programs of PostgreSQL that can talk to this server."""

    message = N_(
        "De server is PostgreSQL %(server)s. Gevonden programma's: %(found)s."
        " Zet in PG_BIN de map met pg_dump, pg_restore en psql van versie %(server)s of hoger."
    )


class ToolFailed(Conflict):
    """A client program of PostgreSQL gave up."""

    message = N_("%(program)s is mislukt: %(reason)s. De database is niet veranderd.")


class FileNotWritable(RuleBroken):
    """The backup cannot be put there."""

    message = N_("%(file)s kan niet geschreven worden: %(reason)s.")
