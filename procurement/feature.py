"""The storey `procurement` as the roof sees it."""

from cwb.kernel.feature import Feature, NavigationItem
from cwb.kernel.text import N_
from procurement.awards import policy as award_policy
from procurement.awards import queries as award_queries
from procurement.awards import views as awards
from procurement.bids import jobs as bid_jobs
from procurement.bids import policy as bid_policy
from procurement.bids import views as bids
from procurement.contracts import policy as contract_policy
from procurement.contracts import queries as contract_queries
from procurement.contracts import views as contracts
from procurement.demo import demo
from procurement.evaluation import queries as evaluation_queries
from procurement.evaluation import views as evaluation
from procurement.opening import views as opening
from procurement.opening.events import BidsOpened
from procurement.panels import services as panel_services
from procurement.panels import views as panels
from procurement.scoring import commands as scoring
from procurement.sealing import jobs as sealing_jobs
from procurement.sealing import views as sealing
from procurement.standstill import views as standstill

FEATURE = Feature(
    name="procurement",
    blueprints=(
        sealing.bp,
        bids.bp,
        opening.bp,
        panels.bp,
        evaluation.bp,
        awards.bp,
        standstill.bp,
        contracts.bp,
    ),
    commands=(scoring.score,),
    jobs={
        bid_jobs.FORGET: bid_jobs.forget,
        sealing_jobs.FORGET: sealing_jobs.forget,
    },
    timers={
        bid_jobs.FORGET: "20 3 * * *",
        sealing_jobs.FORGET: "40 3 * * *",
    },
    navigation=(
        NavigationItem(N_("Inschrijvingen"), "bids.index", bid_policy.SEE_OWN),
        NavigationItem(N_("Uitslagen"), "awards.index", award_policy.READ),
        NavigationItem(N_("Contracten"), "contracts.index", contract_policy.SEE),
    ),
    tasks=(
        sealing.tasks,
        bids.tasks,
        opening.tasks,
        evaluation_queries.tasks,
        award_queries.tasks,
        contract_queries.tasks,
    ),
    listeners={
        BidsOpened: (panel_services.tell_panel,),
    },
    demo=demo.story,
)
