"""The ground as the roof sees it."""

from functools import partial
from typing import Any

from cwb.account import commands as account_commands
from cwb.account import policy as account_policy
from cwb.account import queries as account_queries
from cwb.account import views as account
from cwb.addresses import commands as address_commands
from cwb.assets import commands as assets_commands
from cwb.audit import commands as audit_commands
from cwb.audit import services as audit
from cwb.bench import commands as bench_commands
from cwb.boundaries import commands as boundary_commands
from cwb.demo import commands as demo_commands
from cwb.demo import demo
from cwb.demo import services as demo_services
from cwb.email_change import views as email_change
from cwb.helping import jobs as helping_jobs
from cwb.helping import policy as helping_policy
from cwb.helping import queries as helping_queries
from cwb.helping import services as helping_services
from cwb.helping import views as helping
from cwb.home import views as home
from cwb.identity import policy as identity_policy
from cwb.identity import views as identity
from cwb.kernel.feature import ActionCard, DataFile, Download, Feature, Part
from cwb.kernel.text import N_
from cwb.notifications import jobs as mail
from cwb.notifications.services import SEND
from cwb.operations import commands as operations
from cwb.passkeys import views as passkeys
from cwb.people import queries as people_queries
from cwb.people import views as people
from cwb.people.events import HelpBegan
from cwb.place_tables import policy as place_tables_policy
from cwb.place_tables import views as place_tables
from cwb.places import views as places
from cwb.privacy import jobs as privacy_jobs
from cwb.privacy import views as privacy
from cwb.second_factor import views as second_factor
from cwb.sign_in import views as sign_in
from cwb.translating import commands as translating


def _set_up(app: Any) -> None:
    sign_in.set_up(app)
    passkeys.set_up(app)
    helping.set_up(app)
    app.jinja_env.globals["demo_passphrase"] = partial(
        demo_services.passphrase, app.extensions["cwb.config"].area
    )


FEATURE = Feature(
    name="cwb",
    blueprints=(
        home.bp,
        places.bp,
        place_tables.bp,
        sign_in.bp,
        passkeys.bp,
        second_factor.bp,
        account.bp,
        email_change.bp,
        identity.bp,
        people.bp,
        helping.bp,
        privacy.bp,
    ),
    commands=(
        assets_commands.assets,
        demo_commands.demo,
        audit_commands.audit,
        account_commands.user,
        operations.serve,
        operations.worker,
        operations.db,
        operations.backup,
        operations.restore,
        translating.translations,
        bench_commands.bench,
        boundary_commands.area,
        address_commands.area_group,
    ),
    jobs={
        SEND: mail.send,
        privacy_jobs.CLEAR_UP: privacy_jobs.clear_up,
        helping_jobs.END: helping_jobs.end,
    },
    timers={
        SEND: "* * * * *",
        privacy_jobs.CLEAR_UP: "20 3 * * *",
        helping_jobs.END: "10 0 * * *",
    },
    pulses=(audit.seal,),
    tasks=(account_queries.tasks, people_queries.tasks),
    benches={"pages": "benchmarks.pages:run"},
    demo=demo.people,
    about=N_("Mensen en organisaties"),
    actions=(
        ActionCard(
            N_("Zet uw organisatie erin"),
            N_("Naam, adres en KvK-nummer. Het duurt vijf minuten."),
            "account.begin_organisation",
            account_policy.REGISTER_ORGANISATION,
            order=80,
            newcomers_only=True,
            part=Part.BEGIN,
        ),
        ActionCard(
            N_("Vraag iemand om hulp"),
            N_("Familie, mentor of boekhouder. U kiest wat die mag, en u leest alles mee."),
            "helping.index",
            helping_policy.ASK,
            order=75,
            part=Part.PEOPLE,
        ),
        ActionCard(
            N_("Uw hulp"),
            N_("Wat u voor deze organisatie mag, tot wanneer, en wat u deed."),
            "helping.index",
            helping_policy.HELP,
            order=75,
            part=Part.PEOPLE,
        ),
        ActionCard(
            N_("Kijk welke organisaties meedoen"),
            N_("Alle organisaties, met wie er voor hen handelt."),
            "identity.index",
            identity_policy.LIST_ORGANISATIONS,
            order=70,
        ),
        ActionCard(
            N_("Bekijk adressen en grenzen"),
            N_("Welke tabellen zeggen waar een adres ligt, van welke dag, en hoe er een bij komt."),
            "place_tables.index",
            place_tables_policy.SEE,
            order=78,
        ),
    ),
    listeners={HelpBegan: (helping_services.tell_board,)},
    own_data={N_("Uw hulp aan anderen"): helping_queries.own_data},
    downloads=(
        Download(
            N_("Wijken en buurten"),
            N_("De buurten die als lokaal tellen, met de dagen waarop dat geldt."),
            (DataFile("CSV", "places.buurten"), DataFile("JSON", "places.register")),
            order=80,
        ),
        Download(
            N_("Postcodes"),
            N_("Welke postcodes binnen, buiten of op de grens liggen."),
            (DataFile("CSV", "places.postcodes"),),
            order=81,
        ),
    ),
    set_up=_set_up,
)
