"""The storey `procurement` as the roof sees it."""

from cwb.kernel.feature import Feature, NavigationItem, Panel
from cwb.kernel.text import N_
from procurement.advice import commands as advice
from procurement.approval import views as approval
from procurement.drafting import views as drafting
from procurement.enquiries import queries as enquiry_queries
from procurement.enquiries import views as enquiries
from procurement.scoring import commands as scoring
from procurement.tenders import queries as tender_queries
from procurement.tenders import views as tenders

FEATURE = Feature(
    name="procurement",
    blueprints=(
        tenders.bp,
        drafting.bp,
        approval.bp,
        enquiries.bp,
    ),
    commands=(
        scoring.score,
        advice.procedure,
    ),
    navigation=(NavigationItem(N_("Opdrachten"), "tenders.index"),),
    tasks=(
        tender_queries.tasks,
        enquiry_queries.tasks,
    ),
    panels=(Panel("procurement/tenders/panel.html", tender_queries.panel, order=20),),
)
