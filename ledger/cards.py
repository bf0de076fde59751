"""What people may want to do with money: the cards of this storey on everybody's start page."""

from cwb.kernel.feature import ActionCard, Part
from cwb.kernel.text import N_
from ledger.appreciation import policy as credit_policy
from ledger.books import policy as books_policy
from ledger.clearing import policy as clearing_policy
from ledger.customers import policy as customer_policy
from ledger.declarations import policy as declaration_policy
from ledger.deliveries import policy as delivery_policy
from ledger.desk import policy as desk_policy
from ledger.experiment import policy as experiment_policy
from ledger.incoming import policy as incoming_policy
from ledger.instruments import policy as instrument_policy
from ledger.invoicing import policy as invoicing_policy
from ledger.landing import policy as landing_policy
from ledger.multiplier import policy as multiplier_policy
from ledger.publication import policy as publication_policy
from ledger.receipts import policy as receipt_policy
from ledger.recovery import policy as recovery_policy
from ledger.shops import policy as shop_policy
from ledger.spend import policy as spend_policy
from ledger.targets import policy as target_policy
from ledger.tills import policy as till_policy
from ledger.timesheets import policy as timesheet_policy
from ledger.uploads import policy as upload_policy
from ledger.wallets import policy as wallet_policy

CARDS = (
    ActionCard(
        N_("Maak een factuur"), N_("Uit een overeenkomst of zelf getypt, aan elke klant."), "freehand.who",
        invoicing_policy.MAKE, order=35, part=Part.WORK,
    ),
    ActionCard(
        N_("Houd uw adresboek bij"), N_("Klanten die hier niet meedoen. Alleen u ziet ze."), "customers.index",
        customer_policy.KEEP, order=38, part=Part.WORK,
    ),
    ActionCard(
        N_("Schrijf uw uren"), N_("Op uw telefoon, in drie tikken. De klant tekent ze."), "hours.enter",
        timesheet_policy.ENTER, order=36, part=Part.WORK,
    ),
    ActionCard(
        N_("Bekijk het cijfer"), N_("Hoeveel van de inkoop in het gebied blijft, en hoe zeker dat is."),
        "spend.index", spend_policy.EXPLAIN, order=15,
    ),
    ActionCard(
        N_("Controleer de boeken"), N_("Van elk bedrag naar de boekingen erachter."), "books.index",
        books_policy.CHECK, order=20,
    ),
    ActionCard(
        N_("Lever uw inkoop aan"), N_("Zie welk deel van uw uitgaven in het gebied landt."), "uploads.index",
        upload_policy.UPLOAD, order=50, part=Part.WORK,
    ),
    ActionCard(
        N_("Bekijk uw facturen"), N_("Wat is verstuurd, goedgekeurd en betaald."), "invoices.index",
        desk_policy.SEE, order=40, part=Part.WORK,
    ),
    ActionCard(
        N_("Lees een e-factuur in"), N_("Van een leverancier van buiten. Wij rekenen alles na."), "incoming.index",
        incoming_policy.BRING, order=38, part=Part.WORK,
    ),
    ActionCard(
        N_("Bewaar een bon"), N_("Maak een foto van wat u kocht. De btw staat meteen in de boeken."),
        "receipts.new", receipt_policy.BRING, order=37, part=Part.WORK,
    ),
    ActionCard(
        N_("Verreken facturen"), N_("Wat u anderen schuldig bent en zij u, kan zonder geld wegvallen."),
        "clearing.own", clearing_policy.SEE, order=42, part=Part.WORK,
    ),
    ActionCard(
        N_("Houd een ronde verrekenen"), N_("Wie meedoet, wat er kan wegvallen, en wie ja zei."),
        "clearing.programme", clearing_policy.WATCH, order=44, part=Part.WORK,
    ),
    ActionCard(
        N_("Kijk online betalingen na"), N_("Wat leden online betaalden, en wat uw aandacht vraagt."),
        "tills.index", till_policy.KEEP, order=43, part=Part.WORK,
    ),
    ActionCard(
        N_("Vertel waar uw geld landt"), N_("Loon, inkoop en winst voor bewoners. Eén keer per jaar."),
        "declarations.index", landing_policy.PASS_ON, order=45, part=Part.WORK,
    ),
    ActionCard(
        N_("Kijk opgaven van leveranciers na"), N_("Wat bij bewoners landt, telt pas als u de stukken zag."),
        "declarations.index", declaration_policy.CHECK, order=46, part=Part.WORK,
    ),
    ActionCard(
        N_("Zie wie zijn inkoop aanleverde"), N_("Per koper en kwartaal: aangeleverd, te laat of niets gekocht."),
        "deliveries.index", delivery_policy.SEE_ALL, order=54,
    ),
    ActionCard(
        N_("Publiceer een cijfer"), N_("De een maakt het klaar, een ander tekent. Daarna staat het vast."),
        "publication.index", publication_policy.PREPARE, order=51,
    ),
    ActionCard(
        N_("Stel een doel"), N_("Welk deel van de inkoop moet lokaal zijn, en wie stemt ermee in."),
        "targets.index", target_policy.PROPOSE, order=52, part=Part.WORK,
    ),
    ActionCard(
        N_("Volg het geld in drie rondes"), N_("Hoe vaak een euro rondgaat, met wat zeker is en wat niet."),
        "multiplier.index", multiplier_policy.STUDY, order=53,
    ),
    ActionCard(
        N_("Onderzoek of lokaal geld helpt"),
        N_("Een plan dat vastligt voor de start, en wat eruit kwam."), "experiment.index", experiment_policy.PLAN,
        order=55,
    ),
    ActionCard(
        N_("Bekijk wat opvalt in het geld"),
        N_("Geld dat rondgaat of alleen wordt doorgegeven. Een vraag, geen oordeel."), "landing.flags",
        landing_policy.SEE_FLAGS, order=47,
    ),
    ActionCard(
        N_("Open uw portemonnee"), N_("Betaal met lokaal geld, en zie wat u hebt."), "wallets.index",
        wallet_policy.HOLD, order=70, part=Part.PLACE,
    ),
    ActionCard(
        N_("Open de kassa"), N_("Typ een bedrag, laat de klant scannen en zie of er betaald is."), "shops.index",
        shop_policy.TILL, order=69, part=Part.WORK,
    ),
    ActionCard(
        N_("Help iemand met een portemonnee"), N_("Bij een telefoon die weg is of een pincode die niet werkt."),
        "recovery.index", recovery_policy.MEND, order=72, part=Part.WORK,
    ),
    ActionCard(
        N_("Help mee voor punten"), N_("Wie hulp vraagt, en wat u voor uw punten krijgt."), "credits.index",
        credit_policy.TAKE_PART, order=72, part=Part.PLACE,
    ),
    ActionCard(
        N_("Beheer het lokale geld"), N_("De schakelaar, de dekking en de meter."), "instruments.index_all",
        instrument_policy.LOOK, order=71,
    ),
    ActionCard(
        N_("Bekijk de regels achter het cijfer"), N_("Elke uitgave met leverancier, plaats en bewijs."),
        "spend.lines", spend_policy.SEE_LINES, order=60, part=Part.WORK,
    ),
)  # fmt: skip
"""Shown to who may; `order` sorts them, `part` puts them under a heading where many stand together."""
