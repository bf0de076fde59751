"""The storey `procurement` as the roof sees it."""

from cwb.kernel.feature import Feature, NavigationItem
from cwb.kernel.text import N_
from procurement.bids import jobs as bid_jobs
from procurement.bids import policy as bid_policy
from procurement.bids import views as bids
from procurement.demo import demo
from procurement.opening import views as opening
from procurement.scoring import commands as scoring
from procurement.sealing import jobs as sealing_jobs
from procurement.sealing import views as sealing

FEATURE = Feature(
    name="procurement",
    blueprints=(
        sealing.bp,
        bids.bp,
        opening.bp,
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
    navigation=(NavigationItem(N_("Inschrijvingen"), "bids.index", bid_policy.SEE_OWN),),
    tasks=(
        sealing.tasks,
        bids.tasks,
        opening.tasks,
    ),
    demo=demo.story,
)
