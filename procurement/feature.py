"""The storey `procurement` as the roof sees it."""

from coops.needs.events import NeedChanged, NeedPosted, NeedWithdrawn
from cwb.identity.events import UserErased
from cwb.kernel.feature import (
    ActionCard,
    DataFile,
    Download,
    Feature,
    NavigationItem,
    Panel,
    Part,
    PlacePanel,
)
from cwb.kernel.text import N_
from cwb.people.events import HelpBegan
from ledger.invoicing.events import InvoicePaid
from ledger.payments.events import PaymentUndone
from procurement.advice import commands as advice
from procurement.announcements import queries as announcement_queries
from procurement.announcements import views as announcements
from procurement.applications import views as applications
from procurement.approval import views as approval
from procurement.archive import views as archive
from procurement.awards import policy as award_policy
from procurement.awards import queries as award_queries
from procurement.awards import views as awards
from procurement.awards.events import DecisionAsked, DecisionSent, LettersFixed
from procurement.backing import queries as backing_queries
from procurement.backing import views as backing
from procurement.bands import policy as band_policy
from procurement.bands import queries as band_queries
from procurement.bands import views as bands
from procurement.bids import policy as bid_policy
from procurement.bids import queries as bid_queries
from procurement.bids import services as bid_services
from procurement.call_offs import queries as call_off_queries
from procurement.call_offs import services as call_off_services
from procurement.call_offs import views as call_offs
from procurement.call_offs.events import OrderAgreed
from procurement.cautions import views as cautions
from procurement.challenges import policy as challenge_policy
from procurement.challenges import queries as challenge_queries
from procurement.challenges import views as challenges
from procurement.changes import queries as change_queries
from procurement.changes import views as changes
from procurement.changes.events import ContractChanged, ContractChanging
from procurement.clock import jobs as clock_jobs
from procurement.competitions import services as competition_services
from procurement.competitions import views as competitions
from procurement.complaints import policy as complaint_policy
from procurement.complaints import queries as complaint_queries
from procurement.complaints import views as complaints
from procurement.complaints.events import ComplaintPublished
from procurement.consensus import views as consensus
from procurement.contracts import policy as contract_policy
from procurement.contracts import queries as contract_queries
from procurement.contracts import views as contracts
from procurement.contracts.events import ContractSigned
from procurement.counsel import views as counsel
from procurement.counsel.events import SameWorkAsked
from procurement.demo import demo
from procurement.dividing import views as dividing
from procurement.drafting import views as drafting
from procurement.enclosures import queries as enclosure_queries
from procurement.enclosures import views as enclosures
from procurement.enquiries import queries as enquiry_queries
from procurement.enquiries import views as enquiries
from procurement.evaluation import queries as evaluation_queries
from procurement.evaluation import views as evaluation
from procurement.evaluation.events import FreezeAsked
from procurement.examinations import policy as examination_policy
from procurement.examinations import views as examinations
from procurement.externals import queries as external_queries
from procurement.externals import services as external_services
from procurement.externals import views as externals
from procurement.feeds import views as feeds
from procurement.finding import views as finding
from procurement.flags import policy as flag_policy
from procurement.flags import views as flags
from procurement.interests import jobs as interest_jobs
from procurement.interests import policy as interest_policy
from procurement.interests import queries as interest_queries
from procurement.interests import services as interest_services
from procurement.interests import views as interests
from procurement.invitations import queries as invitation_queries
from procurement.invitations import services as invitation_services
from procurement.invitations import views as invitations
from procurement.joining import queries as joining_queries
from procurement.joining import views as joining
from procurement.keeping import jobs as bid_jobs
from procurement.keeping import views as bids
from procurement.lessons import policy as lesson_policy
from procurement.lessons import views as lessons
from procurement.local_shares import views as local_shares
from procurement.lowbids import queries as low_bid_queries
from procurement.lowbids import services as low_bid_services
from procurement.lowbids import views as lowbids
from procurement.matching import policy as matching_policy
from procurement.matching import views as matching
from procurement.milestones import queries as milestone_queries
from procurement.milestones import services as milestone_services
from procurement.milestones import views as milestones
from procurement.milestones.events import MilestoneVerified
from procurement.minutes import views as minutes
from procurement.missions import queries as mission_queries
from procurement.missions import views as missions
from procurement.opening import views as opening
from procurement.opening.events import BidsOpened
from procurement.outages import policy as outage_policy
from procurement.outages import views as outages
from procurement.panels import services as panel_services
from procurement.panels import views as panels
from procurement.papers import views as papers
from procurement.participation import jobs as participation_jobs
from procurement.participation import queries as participation_queries
from procurement.participation import services as participation_services
from procurement.participation import views as participation
from procurement.pay_statements import policy as pay_policy
from procurement.pay_statements import queries as pay_queries
from procurement.pay_statements import views as pay_statements
from procurement.performance import policy as performance_policy
from procurement.performance import queries as performance_queries
from procurement.performance import views as performance
from procurement.proofs import jobs as proof_jobs
from procurement.proofs import queries as proof_queries
from procurement.proofs import views as proofs
from procurement.proportion import views as proportion
from procurement.publication import commands as publication_commands
from procurement.publication import jobs as publication_jobs
from procurement.publication import services as publication
from procurement.publication import views as publication_views
from procurement.rectification import views as rectification
from procurement.refusals import views as refusals
from procurement.renewals import jobs as renewal_jobs
from procurement.renewals import queries as renewal_queries
from procurement.renewals import services as renewal_services
from procurement.renewals import views as renewals
from procurement.repairs import queries as repair_queries
from procurement.repairs import services as repair_services
from procurement.repairs import views as repairs
from procurement.rescoring import queries as rescoring_queries
from procurement.rescoring import services as rescoring_services
from procurement.rescoring import views as rescoring
from procurement.reserved import policy as reserved_policy
from procurement.resident_work import jobs as work_jobs
from procurement.resident_work import policy as work_policy
from procurement.resident_work import queries as work_queries
from procurement.resident_work import views as resident_work
from procurement.resident_work.events import WorkTold
from procurement.sealing import jobs as sealing_jobs
from procurement.sealing import views as sealing
from procurement.standstill import queries as standstill_queries
from procurement.standstill import views as standstill
from procurement.standstill.events import AwardDefinitive, DecisionWithdrawn
from procurement.statements import policy as statement_policy
from procurement.statements import queries as statement_queries
from procurement.statements import views as statements
from procurement.stops import views as stops
from procurement.stops.events import LotStopped
from procurement.stress import commands as stress
from procurement.stress import views as stress_views
from procurement.submission.events import BidOffered
from procurement.substitutes import commands as bid_commands
from procurement.substitutes import queries as substitute_queries
from procurement.substitutes import views as substitutes
from procurement.take_overs import queries as take_over_queries
from procurement.take_overs import views as take_overs
from procurement.tenders import events as tender_events
from procurement.tenders import policy as tender_policy
from procurement.tenders import queries as tender_queries
from procurement.tenders import views as tenders
from procurement.terms import views as terms
from procurement.validity import queries as validity_queries
from procurement.validity import services as validity_services
from procurement.validity import views as validity
from procurement.wage_floors import views as wage_floors
from procurement.work_figures import views as work_figures
from procurement.workplaces import queries as workplace_queries
from procurement.workplaces import views as workplaces

PUBLISHED = (
    tender_events.TenderPublished, tender_events.TenderAmended, tender_events.DeadlineMoved,
    tender_events.NotaPublished, tender_events.TenderCancelled, tender_events.TenderUnsuccessful, DecisionSent,
    AwardDefinitive, DecisionWithdrawn, LotStopped, ContractSigned, ContractChanged, MilestoneVerified,
    ComplaintPublished, WorkTold,
)  # fmt: skip
"""What of a tender is published as it happens."""

BLUEPRINTS = (
    sealing.bp, tenders.bp, finding.bp, drafting.bp, cautions.bp, invitations.bp, dividing.bp, counsel.bp,
    proportion.bp, announcements.bp, bands.bp, workplaces.bp, missions.bp, applications.bp, rectification.bp,
    outages.bp, approval.bp, enquiries.bp, statements.bp, bids.bp, joining.bp, backing.bp, opening.bp, panels.bp,
    evaluation.bp, consensus.bp, lowbids.bp, repairs.bp, proofs.bp, refusals.bp, validity.bp, enclosures.bp, awards.bp,
    standstill.bp, substitutes.bp, rescoring.bp, stops.bp, complaints.bp, lessons.bp, examinations.bp, archive.bp,
    contracts.bp, call_offs.bp, participation.bp, competitions.bp, terms.bp, wage_floors.bp, pay_statements.bp,
    local_shares.bp, resident_work.bp, work_figures.bp, milestones.bp, changes.bp,
    renewals.bp, challenges.bp, performance.bp, take_overs.bp, papers.bp, stress_views.bp,
    publication_views.bp, flags.bp, feeds.bp, interests.bp, matching.bp, externals.bp, minutes.bp,
)  # fmt: skip
"""The pages of the storey."""

CARDS = (
    ActionCard(N_("Maak een aanbesteding"), N_("In zes korte stappen. U kunt altijd stoppen en later verder gaan."),
               "drafting.new", tender_policy.MAKE, order=20, part=Part.BID),
    ActionCard(N_("Bekijk uw aanbestedingen"), N_("Concepten, vragen, sluitmomenten en wat er daarna komt."),
               "tenders.mine", tender_policy.SEE_DRAFT, order=25, part=Part.BID),
    ActionCard(N_("Uw inkoopgrenzen"), N_("Tot welk bedrag één offerte, en wanneer u er meer uitnodigt."),
               "bands.index", band_policy.SET, order=47, part=Part.BID),
    ActionCard(N_("Zoek een opdracht"), N_("Zie waar u nu op kunt inschrijven, en stel vragen."), "finding.index",
               tender_policy.ASK, order=10, part=Part.FIND),
    ActionCard(N_("Werk dat bij u past"), N_("Elke open opdracht naast uw profiel. En met wie het samen kan."),
               "matching.index", matching_policy.SEE_OWN, order=13, follows=True, part=Part.FIND),
    ActionCard(N_("Wie kan het open werk doen?"),
               N_("Elk open perceel naast het register. Wat niemand kan, staat bovenaan."), "matching.lots",
               matching_policy.OVERVIEW, order=28, part=Part.FIND),
    ActionCard(N_("Bericht bij nieuwe opdrachten"),
               N_("Bewaar een zoekopdracht. U krijgt mail als er iets nieuws is."), "interests.index",
               interest_policy.OWN, order=26, part=Part.FIND),
    ActionCard(N_("Uw inschrijvingen"), N_("Concepten, wat u indiende, en de uitslagen."), "bids.index",
               bid_policy.SEE_OWN, order=11, part=Part.BID),
    ActionCard(N_("Uw verklaringen"),
               N_("Eén keer invullen, bij elke inschrijving gebruiken. Met uw stukken en wanneer die verlopen."),
               "statements.index", statement_policy.KEEP, order=14, part=Part.BID),
    ActionCard(N_("Voorbehouden opdrachten"), N_("Helpt u mensen aan werk? Reken uit of u mee mag doen."),
               "workplaces.index", reserved_policy.STATE, order=46, part=Part.BID),
    ActionCard(N_("Tellingen voor voorbehouden opdrachten"), N_("Wie mag meedoen, en wat nog wacht op controle."),
               "workplaces.every", reserved_policy.READ, order=47),
    ActionCard(N_("Voorbehouden diensten"), N_("Hebt u een publieke taak? Kijk of u mee mag doen."), "missions.index",
               reserved_policy.STATE, order=48, part=Part.BID),
    ActionCard(N_("Publieke taken"), N_("Wie mag meedoen met voorbehouden diensten, en wat wacht op controle."),
               "missions.every", reserved_policy.READ, order=49),
    ActionCard(N_("Uw contracten en facturen"), N_("Open een contract. Daar tekent u en maakt u een factuur."),
               "contracts.index", bid_policy.CONTRACTS, order=12, part=Part.WORK),
    ActionCard(N_("Daag een contract uit"), N_("Kan uw buurt het beter? De koper moet antwoorden."),
               "challenges.index", challenge_policy.SUBMIT, order=30, part=Part.MEND),
    ActionCard(N_("Uitdagingen"), N_("Wat bewoners en coöperaties beter denken te kunnen."), "challenges.index",
               challenge_policy.HANDLE, order=45, part=Part.MEND),
    ActionCard(N_("Hoe contracten gaan"), N_("Gemiddelden van kopers en leveranciers die terugkijken."),
               "performance.averages", performance_policy.AVERAGES, order=26),
    ActionCard(N_("Werk voor bewoners"), N_("Meldingen van uren, banen en leerplekken onder contracten."),
               "resident_work.lines", work_policy.LINES, order=27, part=Part.WORK),
    ActionCard(N_("Loonverklaringen"), N_("Wat leveranciers zeggen te betalen, en welk stuk nog wacht."),
               "pay_statements.every", pay_policy.READ, order=48),
    ActionCard(N_("Alle contracten"), N_("Elk contract, met partijen, bedragen en handtekeningen."), "contracts.index",
               contract_policy.AUDIT, order=20, part=Part.WORK),
    ActionCard(N_("Is de lokale optie onderzocht?"), N_("Bij elk nieuw contract het antwoord, met de reden."),
               "examinations.index", examination_policy.READ, order=46, part=Part.BID),
    ActionCard(N_("Wat wij leerden"), N_("Uw scores naast die van winnaars, en de lessen uit uw brieven."),
               "lessons.index", lesson_policy.READ_OWN, order=45, part=Part.BID),
    ActionCard(N_("Lessen van coöperaties"), N_("Van wie een coach laat meelezen."), "lessons.shared",
               lesson_policy.COACH, order=45),
    ActionCard(N_("Klachten"), N_("Over aanbestedingen, met een termijn en een antwoord."), "complaints.index",
               complaint_policy.READ, order=60, part=Part.MEND),
    ActionCard(N_("Signalen bij aanbestedingen"), N_("Opvallende cijfers, met de verklaring van de koper."),
               "flags.index", flag_policy.OVERVIEW, order=24),
    ActionCard(N_("Alle aanbestedingen"), N_("Elke gepubliceerde aanbesteding, met haar stand en verslagen."),
               "finding.index", tender_policy.AUDIT, order=22, part=Part.FIND),
    ActionCard(N_("Inkoopgrenzen van alle kopers"),
               N_("Tot welk bedrag vraagt een koper één offerte, en wie bevestigde dat?"), "bands.overview",
               band_policy.AUDIT, order=26),
    ActionCard(N_("Een storing noteren"), N_("Dan sluiten alle lopende aanbestedingen later."), "outages.index",
               outage_policy.NOTE, order=40),
)  # fmt: skip
"""What each role can begin from its start page."""

DOWNLOADS = (
    Download(N_("Opdrachten"), N_("Alle gepubliceerde aanbestedingen met hun stand en momenten."),
             (DataFile("CSV", "finding.listing"),), order=20),
    Download(N_("Opdrachten volgens de open standaard (OCDS)"),
             N_("Van behoefte tot betaling, gebeurtenis voor gebeurtenis. Wat er eenmaal staat, verandert niet."),
             (DataFile("JSON", "ocds.releases", part=N_("Alle gebeurtenissen")),
              DataFile("JSON", "ocds.records", part=N_("De stand per opdracht"))), order=22),
    Download(N_("Werk voor bewoners"), N_("Uren, banen en leerplekken per koper, soort werk en jaar."),
             (DataFile("CSV", "work_figures.listing"),), order=23),
    Download(N_("Uitdagingen"), N_("Wie een contract of behoefte uitdaagt, en waar dat staat."),
             (DataFile("CSV", "challenges.listing"),), order=24),
)  # fmt: skip
"""Open data of tendering, for the page that lists it."""

TASKS = (
    sealing.tasks, tender_queries.tasks, announcement_queries.tasks, band_queries.tasks, workplace_queries.tasks,
    invitation_queries.tasks, enquiry_queries.tasks, bid_queries.tasks, joining_queries.tasks, statement_queries.tasks,
    opening.tasks, enclosure_queries.tasks, evaluation_queries.tasks, rescoring_queries.tasks, low_bid_queries.tasks,
    repair_queries.tasks, award_queries.tasks, proof_queries.tasks, validity_queries.tasks, substitute_queries.tasks,
    contract_queries.tasks, call_off_queries.tasks, participation_queries.tasks, external_queries.tasks,
    complaint_queries.tasks, standstill_queries.tasks, backing_queries.tasks, mission_queries.tasks,
    milestone_queries.tasks, pay_queries.tasks, work_queries.tasks, change_queries.tasks, performance_queries.tasks,
    renewal_queries.tasks, challenge_queries.tasks, take_over_queries.tasks,
)  # fmt: skip
"""What waits for people, in the order in which it is asked."""

FEATURE = Feature(
    name="procurement",
    blueprints=BLUEPRINTS,
    commands=(stress.score, advice.procedure, bid_commands.bids, publication_commands.ocds),
    jobs={
        bid_jobs.FORGET: bid_jobs.forget,
        clock_jobs.RUN: clock_jobs.run,
        interest_jobs.DIGEST: interest_jobs.digest,
        sealing_jobs.FORGET: sealing_jobs.forget,
        publication_jobs.CATCH_UP: publication_jobs.catch_up,
        renewal_jobs.RUN: renewal_jobs.run,
        proof_jobs.RUN: proof_jobs.run,
        work_jobs.RUN: work_jobs.run,
        participation_jobs.RUN: participation_jobs.run,
    },
    timers={
        bid_jobs.FORGET: "20 3 * * *",
        clock_jobs.RUN: "* * * * *",
        interest_jobs.DIGEST: "*/5 * * * *",
        sealing_jobs.FORGET: "40 3 * * *",
        publication_jobs.CATCH_UP: "15 0 * * *",
        renewal_jobs.RUN: "10 6 * * *",
        proof_jobs.RUN: "14 6 * * *",
        work_jobs.RUN: "18 6 * * *",
        participation_jobs.RUN: "22 6 * * *",
    },
    navigation=(
        NavigationItem(N_("Opdrachten"), "finding.index", order=10),
        NavigationItem(N_("Inschrijvingen"), "bids.index", bid_policy.SEE_OWN, order=30),
        NavigationItem(N_("Uitslagen"), "awards.index", award_policy.READ, order=32),
        NavigationItem(N_("Contracten"), "contracts.index", contract_policy.SEE, order=34),
        NavigationItem(N_("Uitdagen"), "challenges.index", order=38, public_only=True),
    ),
    tasks=TASKS,
    actions=CARDS,
    about=N_("Opdrachten"),
    figures=(tender_queries.figure,),
    downloads=DOWNLOADS,
    panels=(Panel("procurement/tenders/panel.html", tender_queries.panel, order=20),),
    places=(
        PlacePanel("procurement/tenders/here.html", tender_queries.open_in),
        PlacePanel("procurement/contracts/here.html", contract_queries.signed_in, order=60),
    ),
    listeners={
        HelpBegan: (bid_services.hear_help,),
        BidsOpened: (panel_services.tell_panel, panel_services.tell_shared_help),
        DecisionAsked: (rescoring_services.hear_decision,),
        LettersFixed: (validity_services.hear_letters, rescoring_services.hear_letters),
        FreezeAsked: (low_bid_services.hear_freeze, repair_services.hear_freeze),
        **dict.fromkeys(PUBLISHED, (publication.hear_tender,)),
        tender_events.DraftSaved: (competition_services.hear_saved,),
        tender_events.TenderPublished: (
            competition_services.hear_published,
            invitation_services.hear_published,
            publication.hear_tender,
        ),
        BidOffered: (competition_services.hear_offered,),
        DecisionSent: (competition_services.hear_decided, publication.hear_tender),
        ContractSigned: (
            competition_services.hear_signed,
            participation_services.hear_signed,
            milestone_services.hear_signed,
            publication.hear_tender,
        ),
        SameWorkAsked: (external_services.hear_same_work,),
        ContractChanging: (call_off_services.hear_changing,),
        ContractChanged: (renewal_services.hear_changed, publication.hear_tender),
        **dict.fromkeys((NeedPosted, NeedChanged, NeedWithdrawn), (publication.hear_need,)),
        InvoicePaid: (publication.hear_paid,),
        PaymentUndone: (publication.hear_paid,),
        OrderAgreed: (publication.hear_order,),
        UserErased: (interest_services.forget_user,),
    },
    set_up=interests.let_mail_programs_in,
    own_data={
        N_("Uw uitdagingen"): challenge_queries.own_data,
        N_("Uw zoekopdrachten"): interest_queries.own_data,
    },
    demo=demo.story,
    benches={
        "deadline": "benchmarks.deadline:run",
        "lists": "benchmarks.lists:run",
        "matching": "benchmarks.matching:run",
    },
)
