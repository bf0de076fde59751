"""The storey `procurement` as the roof sees it."""

from cwb.kernel.feature import ActionCard, DataFile, Download, Feature, NavigationItem, Panel
from cwb.kernel.text import N_
from procurement.advice import commands as advice
from procurement.approval import views as approval
from procurement.bids import jobs as bid_jobs
from procurement.bids import policy as bid_policy
from procurement.bids import views as bids
from procurement.demo import demo
from procurement.drafting import views as drafting
from procurement.enquiries import queries as enquiry_queries
from procurement.enquiries import views as enquiries
from procurement.evaluation import queries as evaluation_queries
from procurement.evaluation import views as evaluation
from procurement.opening import views as opening
from procurement.opening.events import BidsOpened
from procurement.panels import services as panels
from procurement.panels import views as panel_views
from procurement.scoring import commands as scoring
from procurement.sealing import jobs as sealing_jobs
from procurement.sealing import views as sealing
from procurement.tenders import policy as tender_policy
from procurement.tenders import queries as tender_queries
from procurement.tenders import views as tenders

FEATURE = Feature(
    name="procurement",
    blueprints=(
        sealing.bp,
        tenders.bp,
        drafting.bp,
        approval.bp,
        enquiries.bp,
        bids.bp,
        opening.bp,
        panel_views.bp,
        evaluation.bp,
    ),
    commands=(
        scoring.score,
        advice.procedure,
    ),
    jobs={
        bid_jobs.FORGET: bid_jobs.forget,
        sealing_jobs.FORGET: sealing_jobs.forget,
    },
    timers={
        bid_jobs.FORGET: "20 3 * * *",
        sealing_jobs.FORGET: "40 3 * * *",
    },
    navigation=(
        NavigationItem(N_("Opdrachten"), "tenders.index", order=10),
        NavigationItem(N_("Inschrijvingen"), "bids.index", bid_policy.SEE_OWN, order=30),
    ),
    tasks=(
        sealing.tasks,
        tender_queries.tasks,
        enquiry_queries.tasks,
        bids.tasks,
        opening.tasks,
        evaluation_queries.tasks,
    ),
    actions=(
        ActionCard(
            N_("Maak een aanbesteding"),
            N_("In zes korte stappen. U kunt altijd stoppen en later verder gaan."),
            "drafting.new",
            tender_policy.MAKE,
            order=20,
        ),
        ActionCard(
            N_("Bekijk uw aanbestedingen"),
            N_("Concepten, vragen, sluitmomenten en wat er daarna komt."),
            "tenders.mine",
            tender_policy.SEE_DRAFT,
            order=25,
        ),
        ActionCard(
            N_("Zoek een opdracht"),
            N_("Zie waar u nu op kunt inschrijven, en stel vragen."),
            "tenders.index",
            tender_policy.ASK,
            order=10,
        ),
    ),
    figures=(tender_queries.figure,),
    downloads=(
        Download(
            N_("Opdrachten"),
            N_("Alle gepubliceerde aanbestedingen met hun stand en momenten."),
            (DataFile("CSV", "tenders.export"),),
            order=20,
        ),
    ),
    panels=(Panel("procurement/tenders/panel.html", tender_queries.panel, order=20),),
    listeners={
        BidsOpened: (panels.tell_panel,),
    },
    demo=demo.story,
)
