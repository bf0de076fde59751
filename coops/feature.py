"""The storey `coops` as the roof sees it."""

from coops.consultation import queries as consultation_queries
from coops.consultation import views as consultation
from coops.credit import policy as credit_policy
from coops.credit import queries as credit_queries
from coops.credit import services as credit_services
from coops.credit import views as credit
from coops.demo import demo
from coops.exchange import jobs as exchange_jobs
from coops.exchange import policy as exchange_policy
from coops.exchange import queries as exchange_queries
from coops.exchange import views as exchange
from coops.experience import views as experience
from coops.fund import policy as fund_policy
from coops.fund import queries as fund_queries
from coops.fund import views as fund
from coops.needs import policy as needs_policy
from coops.needs import queries as needs_queries
from coops.needs import views as needs
from coops.obstacles import policy as obstacle_policy
from coops.obstacles import queries as obstacle_queries
from coops.obstacles import views as obstacles
from coops.register import policy as register_policy
from coops.register import queries as register_queries
from coops.register import views as register
from coops.stories import policy as story_policy
from coops.stories import queries as story_queries
from coops.stories import services as story_services
from coops.stories import views as stories
from cwb.identity.events import UserErased
from cwb.kernel.feature import ActionCard, DataFile, Download, Feature, NavigationItem, Panel
from cwb.kernel.text import N_
from ledger.advances.events import AdvanceReleased

FEATURE = Feature(
    name="coops",
    blueprints=(
        register.bp,
        needs.bp,
        needs.feed,
        consultation.bp,
        experience.bp,
        fund.bp,
        credit.bp,
        exchange.bp,
        obstacles.bp,
        stories.bp,
    ),
    navigation=(
        NavigationItem(N_("Inkoopkalender"), "needs.index", order=20),
        NavigationItem(N_("Coöperaties"), "cooperatives.index", order=40),
        NavigationItem(N_("Vraag en aanbod"), "exchange.index", order=42, public_only=True),
        NavigationItem(N_("Obstakels"), "obstacles.index", order=44, public_only=True),
        NavigationItem(N_("Verhalen"), "stories.index", order=46, public_only=True),
    ),
    demo=demo.story,
    tasks=(
        register_queries.tasks,
        needs_queries.tasks,
        consultation_queries.tasks,
        fund_queries.tasks,
        credit_queries.tasks,
        exchange_queries.tasks,
        obstacle_queries.tasks,
        story_queries.tasks,
    ),
    actions=(
        ActionCard(
            N_("Plaats een behoefte"),
            N_("Laat zien wat u binnenkort nodig hebt. Coöperaties kunnen zich voorbereiden."),
            "needs.new",
            needs_policy.POST,
            order=10,
        ),
        ActionCard(
            N_("Bekijk de inkoopkalender"),
            N_("Zie welk werk eraan komt en zeg dat u belangstelling hebt."),
            "needs.index",
            needs_policy.INTEREST,
            order=20,
        ),
        ActionCard(
            N_("Kijk welk werk eraan komt"),
            N_("Grote kopers zeggen wat zij nodig hebben. Misschien kunt u dat met buren doen."),
            "needs.index",
            needs_policy.LOOK,
            order=10,
        ),
        ActionCard(
            N_("Vind een coöperatie"),
            N_("Wie werkt er in uw wijk? Zie wat zij doen en of u mee kunt doen."),
            "cooperatives.index",
            needs_policy.LOOK,
            order=20,
        ),
        ActionCard(
            N_("Uw coöperatie in het register"),
            N_("Vertel wat u kunt. Inkopers vinden u dan."),
            "cooperatives.register",
            register_policy.REGISTER,
            order=30,
        ),
        ActionCard(
            N_("Leen, deel en zoek"),
            N_("Wat hebt u over, en wat mist u? Bakfiets, schuur, kennis of handen."),
            "exchange.index",
            exchange_policy.TAKE_PART,
            order=48,
        ),
        ActionCard(
            N_("Meld een obstakel"),
            N_("Hield een regel u tegen? Wie hem bezit, moet antwoorden."),
            "obstacles.index",
            obstacle_policy.REPORT,
            order=56,
        ),
        ActionCard(
            N_("Vertel uw verhaal"),
            N_("Wat veranderde er voor u? U kunt het altijd terugnemen."),
            "stories.index",
            story_policy.TELL,
            order=58,
        ),
        ActionCard(
            N_("Controleer coöperaties"),
            N_("Bekijk de bewijzen en zeg of ze kloppen."),
            "cooperatives.index",
            register_policy.VERIFY,
            order=10,
        ),
        ActionCard(
            N_("Vraag geld vooruit"),
            N_("Het fonds schiet voor op een goedgekeurde factuur of een contract."),
            "credit.mine",
            credit_policy.ASK,
            order=45,
        ),
        ActionCard(
            N_("Het vliegwielfonds"),
            N_("Inleg, voorwaarden, aanvragen en wat nog door moet."),
            "fund.show",
            fund_policy.READ,
            order=30,
        ),
    ),
    downloads=(
        Download(
            N_("Inkoopkalender"),
            N_("Wat organisaties in het gebied binnenkort nodig hebben."),
            (DataFile("CSV", "needs.listing"),),
            order=10,
        ),
        Download(
            N_("Coöperaties"),
            N_("Het register: wie, waar, welk werk en of het gecontroleerd is."),
            (DataFile("CSV", "cooperatives.listing"),),
            order=40,
        ),
        Download(
            N_("Het vliegwielfonds"),
            N_("Wat erin zit, van wie, tot wanneer, en wat het fonds doet."),
            (DataFile("CSV", "credit.report_file"),),
            order=45,
        ),
        Download(
            N_("Vraag en aanbod"),
            N_("Wat organisaties lenen, delen, verkopen en zoeken. JSON volgt Murmurations."),
            (DataFile("CSV", "exchange.listing"), DataFile("JSON", "exchange.murmurations")),
            order=42,
        ),
        Download(
            N_("Obstakels"),
            N_("Regels die in de weg stonden, van wie zij zijn, en het antwoord."),
            (DataFile("CSV", "obstacles.listing"),),
            order=44,
        ),
    ),
    listeners={
        UserErased: (story_services.forget_user,),
        AdvanceReleased: (credit_services.hear_released,),
    },
    own_data={N_("Uw verhalen"): story_queries.own_data},
    jobs={exchange_jobs.FORGET: exchange_jobs.forget},
    timers={exchange_jobs.FORGET: "50 3 * * *"},
    figures=(
        needs_queries.figure,
        register_queries.figure,
    ),
    panels=(
        Panel("coops/needs/panel.html", needs_queries.panel, order=30),
        Panel("coops/register/panel.html", register_queries.panel, order=60),
    ),
)
