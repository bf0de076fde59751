"""The storey `coops` as the roof sees it."""

from coops.aid_papers import views as aid
from coops.alliances import policy as alliance_policy
from coops.alliances import queries as alliance_queries
from coops.alliances import services as alliance_services
from coops.alliances import views as alliances
from coops.appeals import queries as appeal_queries
from coops.appeals import views as appeals
from coops.arrangements import policy as arrangement_policy
from coops.arrangements import queries as arrangement_queries
from coops.arrangements import views as arrangements
from coops.ballots import jobs as ballot_jobs
from coops.ballots import policy as ballot_policy
from coops.ballots import queries as ballot_queries
from coops.ballots import services as ballot_services
from coops.ballots import views as ballots
from coops.capital import queries as capital_queries
from coops.capital import views as capital
from coops.clusters import policy as clusters_policy
from coops.clusters import views as clusters
from coops.collecting import jobs as collecting_jobs
from coops.collecting import services as collecting_services
from coops.collecting import views as collecting
from coops.commitments import jobs as commitment_jobs
from coops.commitments import queries as commitment_queries
from coops.commitments import services as commitment_services
from coops.commitments import views as commitments
from coops.consultation import queries as consultation_queries
from coops.consultation import views as consultation
from coops.credit import policy as credit_policy
from coops.credit import queries as credit_queries
from coops.credit import services as credit_services
from coops.credit import views as credit
from coops.debiting import services as debiting_services
from coops.debiting import views as debiting
from coops.demo import demo
from coops.enrolment import jobs as enrolment_jobs
from coops.enrolment import policy as enrolment_policy
from coops.enrolment import queries as enrolment_queries
from coops.enrolment import services as enrolment_services
from coops.enrolment import views as enrolment
from coops.exchange import jobs as exchange_jobs
from coops.exchange import policy as exchange_policy
from coops.exchange import queries as exchange_queries
from coops.exchange import views as exchange
from coops.experience import views as experience
from coops.founders import views as founders
from coops.fund import policy as fund_policy
from coops.fund import queries as fund_queries
from coops.fund import views as fund
from coops.incubator import policy as incubator_policy
from coops.incubator import views as incubator
from coops.initiatives import policy as initiatives_policy
from coops.initiatives import queries as initiatives_queries
from coops.initiatives import services as initiatives_services
from coops.initiatives import views as initiatives
from coops.leaving import jobs as leaving_jobs
from coops.leaving import queries as leaving_queries
from coops.leaving import views as leaving
from coops.meetings import policy as meetings_policy
from coops.meetings import queries as meetings_queries
from coops.meetings import views as meetings
from coops.member_papers import views as member_papers
from coops.members import jobs as member_jobs
from coops.members import policy as members_policy
from coops.members import queries as members_queries
from coops.members import views as members
from coops.needs import policy as needs_policy
from coops.needs import queries as needs_queries
from coops.needs import views as needs
from coops.needs.events import NeedWithdrawn
from coops.neighbours import jobs as neighbour_jobs
from coops.neighbours import queries as neighbour_queries
from coops.neighbours import services as neighbour_services
from coops.neighbours import views as neighbours
from coops.obstacles import policy as obstacle_policy
from coops.obstacles import queries as obstacle_queries
from coops.obstacles import views as obstacles
from coops.papers import views as papers
from coops.patronage import views as patronage
from coops.property import policy as property_policy
from coops.property import queries as property_queries
from coops.property import views as property_register
from coops.register import jobs as register_jobs
from coops.register import policy as register_policy
from coops.register import queries as register_queries
from coops.register import views as register
from coops.residency import views as residency
from coops.spots import views as spots
from coops.steps import services as step_services
from coops.steps import views as steps
from coops.stories import policy as story_policy
from coops.stories import queries as story_queries
from coops.stories import services as story_services
from coops.stories import views as stories
from coops.support import views as support
from coops.talent import jobs as talent_jobs
from coops.talent import policy as talent_policy
from coops.talent import queries as talent_queries
from coops.talent import services as talent_services
from coops.talent import views as talent
from coops.unchecked import queries as unchecked_queries
from coops.unchecked import views as unchecked
from coops.votes import queries as votes_queries
from coops.votes import views as votes
from cwb.identity.events import UserErased
from cwb.kernel.feature import ActionCard, DataFile, Download, Feature, NavigationItem, Panel, Part
from cwb.kernel.text import N_
from ledger.advances.events import AdvanceReleased
from ledger.agreements.events import AgreementMade, AgreementReduced
from ledger.checkout.events import DebitEnded
from ledger.conditions.events import VoteWritten
from ledger.debits.events import BankDebitEnded, BankDebitWithdrawn

_BLUEPRINTS = (
    appeals.bp, enrolment.bp, papers.bp, register.bp, needs.bp, needs.feed, consultation.bp, experience.bp,
    members.bp, capital.bp, collecting.bp, debiting.bp, member_papers.bp, meetings.bp, votes.bp, leaving.bp,
    patronage.bp, clusters.bp,
    initiatives.bp, steps.bp, founders.bp, commitments.bp, talent.bp, incubator.bp, fund.bp, credit.bp, exchange.bp,
    support.bp,
    arrangements.bp, aid.bp, property_register.bp, obstacles.bp, stories.bp, unchecked.bp, alliances.bp, spots.bp,
    residency.bp, ballots.bp, neighbours.bp,
)  # fmt: skip

_CARDS = (
    ActionCard(N_("Plaats een behoefte"),
               N_("Laat zien wat u binnenkort nodig hebt. Coöperaties kunnen zich voorbereiden."),
               "needs.new", needs_policy.POST, order=10, part=Part.BID),
    ActionCard(N_("Bekijk de inkoopkalender"), N_("Zie welk werk eraan komt en zeg dat u belangstelling hebt."),
               "needs.index", needs_policy.INTEREST, order=20, part=Part.FIND),
    ActionCard(N_("Kijk welk werk eraan komt"),
               N_("Grote kopers zeggen wat zij nodig hebben. Misschien kunt u dat met buren doen."),
               "needs.index", needs_policy.LOOK, order=10, part=Part.FIND),
    ActionCard(N_("Vind een coöperatie"), N_("Wie werkt er in uw wijk? Zie wat zij doen en of u mee kunt doen."),
               "cooperatives.index", needs_policy.LOOK, order=20, part=Part.BEGIN),
    ActionCard(N_("Uw coöperatie in het register"), N_("Vertel wat u kunt. Inkopers vinden u dan."),
               "enrolment.index", register_policy.REGISTER, order=30, part=Part.BEGIN),
    ActionCard(N_("Meld uw coöperatie aan"),
               N_("Vijf korte stappen op uw telefoon. Stoppen mag altijd, alles blijft bewaard."),
               "enrolment.index", enrolment_policy.FOUND, order=5, founds=True, part=Part.BEGIN),
    ActionCard(N_("Vul het profiel in"), N_("Wat de coöperatie doet en kan. Het bestuur verstuurt het."),
               "enrolment.index", enrolment_policy.HELP, order=5, part=Part.BEGIN),
    ActionCard(N_("Voeg stukken toe"), N_("Statuten, verslag, jaarrekening: foto of bestand."),
               "cooperative_papers.index", enrolment_policy.HELP, order=6, part=Part.BEGIN),
    ActionCard(N_("Schrijf eerder werk op"), N_("Wat de coöperatie al deed, voor wie en hoe groot."),
               "experience.index", enrolment_policy.HELP, order=7, part=Part.BEGIN),
    ActionCard(N_("Uw leden"), N_("Houd het ledenregister bij. Roep leden bijeen en laat hen stemmen."),
               "members.index", members_policy.KEEP, order=40, part=Part.PEOPLE),
    ActionCard(N_("Uw lidmaatschap"), N_("Zie wat de coöperatie van u weet, en wijzig het zelf."),
               "leaving.membership", members_policy.OWN, order=50, part=Part.PEOPLE),
    ActionCard(N_("Vergaderingen"), N_("Lees de agenda, geef een volmacht of stem. Eén lid, één stem."),
               "meetings.index", meetings_policy.TAKE_PART, order=60, part=Part.PEOPLE),
    ActionCard(N_("Leen, deel en zoek"), N_("Wat hebt u over, en wat mist u? Bakfiets, schuur, kennis of handen."),
               "exchange.index", exchange_policy.TAKE_PART, order=48, part=Part.PLACE),
    ActionCard(N_("Geef of vraag steun"), N_("Ruimte, uren, opleiding of krediet: wat past, en wat is afgesproken."),
               "arrangements.mine", arrangement_policy.AGREE, order=49, part=Part.PLACE),
    ActionCard(N_("Vastgoed: wie mag eerst?"), N_("Meld een verkoop of verhuur, en kies met gelijke kansen."),
               "property.index", property_policy.OWN, order=50, part=Part.PLACE),
    ActionCard(N_("Meld een obstakel"), N_("Hield een regel u tegen? Wie hem bezit, moet antwoorden."),
               "obstacles.index", obstacle_policy.REPORT, order=56, part=Part.MEND),
    ActionCard(N_("Uw wijk"), N_("Zet iets op de agenda, steun wat anderen vragen, en zie wat is beloofd."),
               "wijken.index", alliance_policy.PUT, order=54, part=Part.PLACE),
    ActionCard(N_("Beslis mee over lokaal geld"), N_("Stel voor wat het fonds betaalt, en stem. Eén mens, één stem."),
               "ballots.index", ballot_policy.VOTE, order=57, part=Part.PLACE),
    ActionCard(N_("Vertel uw verhaal"), N_("Wat veranderde er voor u? U kunt het altijd terugnemen."),
               "stories.index", story_policy.TELL, order=58, part=Part.PLACE),
    ActionCard(N_("Controleer coöperaties"), N_("Bekijk de bewijzen en zeg of ze kloppen."),
               "cooperatives.index", register_policy.VERIFY, order=10, part=Part.BEGIN),
    ActionCard(N_("Bekijk de vraagclusters"),
               N_("Zie werk van meer organisaties samen, en hoeveel mensen daarvan kunnen leven."),
               "clusters.index", clusters_policy.LOOK, order=45, part=Part.FIND),
    ActionCard(N_("Begeleid initiatieven"), N_("Zie waar groepen stilstaan en wie nog niemand heeft."),
               "incubator.board", incubator_policy.BOARD, order=46),
    ActionCard(N_("Begin een initiatief"), N_("Eén zin is genoeg. Misschien wordt het een coöperatie."),
               "initiatives.start", initiatives_policy.START, order=47, part=Part.BEGIN),
    ActionCard(N_("Zeg wat u kunt"), N_("Meld u aan om samen met buren te beginnen. U bepaalt wie u bereikt."),
               "talent.show", talent_policy.OWN, order=48, part=Part.BEGIN),
    ActionCard(N_("Vraag geld vooruit"), N_("Het fonds schiet voor op een goedgekeurde factuur of een contract."),
               "credit.mine", credit_policy.ASK, order=45, part=Part.WORK),
    ActionCard(N_("Het vliegwielfonds"), N_("Inleg, voorwaarden, aanvragen en wat nog door moet."),
               "fund.show", fund_policy.READ, order=30),
)  # fmt: skip
"""What each role can begin from its start page."""

FEATURE = Feature(
    name="coops",
    blueprints=_BLUEPRINTS,
    navigation=(
        NavigationItem(N_("Inkoopkalender"), "needs.index", order=20),
        NavigationItem(N_("Coöperaties"), "cooperatives.index", order=40),
        NavigationItem(N_("Initiatieven"), "incubator.index", order=45, public_only=True),
        NavigationItem(N_("Wijken"), "wijken.index", order=41, public_only=True),
        NavigationItem(N_("Vraag en aanbod"), "exchange.index", order=42, public_only=True),
        NavigationItem(N_("Steun"), "support.index", order=43, public_only=True),
        NavigationItem(N_("Obstakels"), "obstacles.index", order=44, public_only=True),
        NavigationItem(N_("Verhalen"), "stories.index", order=46, public_only=True),
    ),
    demo=demo.story,
    tasks=(
        register_queries.tasks,
        appeal_queries.tasks,
        enrolment_queries.tasks,
        needs_queries.tasks,
        consultation_queries.tasks,
        votes_queries.tasks,
        leaving_queries.tasks,
        capital_queries.tasks,
        meetings_queries.tasks,
        initiatives_queries.tasks,
        commitment_queries.tasks,
        talent_queries.tasks,
        fund_queries.tasks,
        credit_queries.tasks,
        exchange_queries.tasks,
        arrangement_queries.tasks,
        property_queries.tasks,
        obstacle_queries.tasks,
        story_queries.tasks,
        unchecked_queries.tasks,
        alliance_queries.tasks,
        ballot_queries.tasks,
        neighbour_queries.tasks,
    ),
    about=N_("Coöperaties en de buurt"),
    actions=_CARDS,
    beside={
        "wallets.index": (
            NavigationItem(N_("Waar kan ik dit uitgeven?"), "spots.index"),
            NavigationItem(N_("Vraag en aanbod van bewoners"), "neighbours.index"),
            NavigationItem(N_("Vraag en aanbod van organisaties"), "exchange.index"),
        )
    },
    downloads=(
        Download(
            N_("Inkoopkalender"),
            N_("Wat organisaties in het gebied binnenkort nodig hebben."),
            (DataFile("CSV", "needs.listing"),),
            order=10,
        ),
        Download(
            N_("Coöperaties"),
            N_("Het register: wie, waar, welk werk en of het gecontroleerd is. JSON volgt Murmurations."),
            (DataFile("CSV", "cooperatives.listing"), DataFile("JSON", "cooperatives.organizations")),
            order=40,
        ),
        Download(
            N_("Initiatieven"),
            N_("Groepen die een coöperatie beginnen: werk, wijk, stap en toezeggingen."),
            (DataFile("CSV", "incubator.listing"),),
            order=42,
        ),
        Download(
            N_("Toezeggingen"),
            N_("Wat grote organisaties initiatieven toezeggen, en of zij het nakomen."),
            (DataFile("CSV", "commitments.listing"),),
            order=43,
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
            N_("Steun van partners"),
            N_("Wat partners aanbieden, en wat zij leverden en beloofden."),
            (DataFile("CSV", "support.listing"), DataFile("CSV", "arrangements.report_file")),
            order=43,
        ),
        Download(
            N_("Vastgoed: wie mag eerst?"),
            N_("Voornemens om te verkopen of verhuren, met criteria, termijn en besluit."),
            (DataFile("CSV", "property.listing"),),
            order=44,
        ),
        Download(
            N_("Stemmingen over lokaal geld"),
            N_("Wat is voorgesteld, hoeveel mensen stemden, de uitslag en of het is betaald."),
            (DataFile("CSV", "ballots.listing"),),
            order=46,
        ),
        Download(
            N_("Obstakels"),
            N_("Regels die in de weg stonden, van wie zij zijn, en het antwoord."),
            (DataFile("CSV", "obstacles.listing"),),
            order=44,
        ),
    ),
    listeners={
        UserErased: (
            alliance_services.forget_user,
            enrolment_services.forget_user,
            story_services.forget_user,
            initiatives_services.forget,
            neighbour_services.forget_user,
            talent_services.forget,
        ),
        AdvanceReleased: (credit_services.hear_released,),
        DebitEnded: (collecting_services.hear_ended,),
        BankDebitEnded: (debiting_services.hear_ended,),
        BankDebitWithdrawn: (debiting_services.hear_withdrawn,),
        AgreementMade: (step_services.hear_agreed,),
        AgreementReduced: (credit_services.hear_reduced,),
        VoteWritten: (ballot_services.hear_written,),
        NeedWithdrawn: (commitment_services.hear_withdrawn,),
    },
    own_data={
        N_("Uw lidmaatschap"): members_queries.own_data,
        N_("Uw verhalen"): story_queries.own_data,
        N_("Wat u op de bladzijde van een wijk zette"): alliance_queries.own_data,
        N_("Uw initiatieven"): initiatives_queries.own_data,
        N_("Uw aanmelding als medeoprichter"): talent_queries.own_data,
        N_("Uw voorstellen en stemmingen"): ballot_queries.own_data,
        N_("Wat u als bewoner aanbiedt, zoekt en schrijft"): neighbour_queries.own_data,
    },
    jobs={
        ballot_jobs.COUNT: ballot_jobs.count_due,
        commitment_jobs.WRITE: commitment_jobs.write,
        collecting_jobs.ANNOUNCE: collecting_jobs.announce,
        collecting_jobs.COLLECT: collecting_jobs.collect,
        exchange_jobs.FORGET: exchange_jobs.forget,
        neighbour_jobs.FORGET: neighbour_jobs.forget,
        register_jobs.RUN: register_jobs.run,
        enrolment_jobs.FORGET: enrolment_jobs.forget_old,
        member_jobs.FORGET: member_jobs.forget,
        leaving_jobs.FORGET: leaving_jobs.forget,
        talent_jobs.TIDY: talent_jobs.tidy,
    },
    timers={
        ballot_jobs.COUNT: "*/5 * * * *",
        commitment_jobs.WRITE: "15 6 * * *",
        collecting_jobs.ANNOUNCE: "10 7 * * *",
        collecting_jobs.COLLECT: "30 7 * * *",
        exchange_jobs.FORGET: "50 3 * * *",
        neighbour_jobs.FORGET: "55 3 * * *",
        register_jobs.RUN: "25 6 * * *",
        enrolment_jobs.FORGET: "35 3 * * *",
        member_jobs.FORGET: "40 3 * * *",
        leaving_jobs.FORGET: "45 3 * * *",
        talent_jobs.TIDY: "20 5 * * 1",
    },
    figures=(
        needs_queries.figure,
        register_queries.figure,
    ),
    panels=(
        Panel("coops/needs/panel.html", needs_queries.panel, order=30),
        Panel("coops/register/panel.html", register_queries.panel, order=60),
        Panel("coops/commitments/panel.html", commitment_queries.panel, order=65),
    ),
    benches={"clusters": "benchmarks.clusters:run"},
)
