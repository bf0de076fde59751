"""The storey `ledger` as the roof sees it."""

from cwb.identity.events import UserErased
from cwb.kernel.feature import Download, Feature, NavigationItem
from cwb.kernel.text import N_
from ledger.ageing import views as ageing_views
from ledger.ahead import queries as ahead
from ledger.aheaddesk import views as ahead_views
from ledger.appreciation import jobs as credit_jobs
from ledger.appreciation import queries as credits_
from ledger.appreciation import views as credit_views
from ledger.approval import services as approval
from ledger.approval import views as approval_views
from ledger.auditfile import commands as auditfile_commands
from ledger.auditfile import views as auditfile_views
from ledger.bank import queries as bank
from ledger.bankdesk import commands as bank_commands
from ledger.bankdesk import policy as bank_policy
from ledger.bankdesk import views as bank_views
from ledger.batches import commands as batch_commands
from ledger.batches import views as batch_views
from ledger.board import views as board_views
from ledger.books import jobs as books_jobs
from ledger.books import policy as books_policy
from ledger.books import views as books_views
from ledger.bought import services as bought
from ledger.bridge import views as bridge_views
from ledger.cards import CARDS
from ledger.chaindesk import views as chain_views
from ledger.chains import queries as chains
from ledger.chains import services as chain_services
from ledger.charges import jobs as charge_jobs
from ledger.charges import queries as charges
from ledger.charges import views as charge_views
from ledger.checkout.events import OrderSeen, PayoutSent
from ledger.circulation import commands as circulation_commands
from ledger.clearing import queries as clearing
from ledger.clearing import views as clearing_views
from ledger.closing import views as closing_views
from ledger.conflicts import queries as conflicts
from ledger.conflicts import views as conflict_views
from ledger.corrections import services as corrections
from ledger.corrections import views as correction_views
from ledger.customers import views as customer_views
from ledger.declarations import queries as declarations
from ledger.declarations import views as declaration_views
from ledger.deliveries import jobs as delivery_jobs
from ledger.deliveries import queries as deliveries
from ledger.deliveries import views as delivery_views
from ledger.demo import demo
from ledger.desk import policy as desk_policy
from ledger.desk import queries as desk
from ledger.desk import views as desk_views
from ledger.einvoices import commands as einvoice_commands
from ledger.einvoices import services as einvoices
from ledger.einvoices import views as einvoice_views
from ledger.elsewhere import views as elsewhere_views
from ledger.experiment import jobs as experiment_jobs
from ledger.experiment import views as experiment_views
from ledger.figure import commands as figure_commands
from ledger.freehand import views as freehand_views
from ledger.grievances import queries as grievances
from ledger.grievances import views as grievance_views
from ledger.identities import queries as identities
from ledger.identities import views as identity_views
from ledger.incoming import jobs as incoming_jobs
from ledger.incoming import queries as incoming
from ledger.incoming import views as incoming_views
from ledger.incoming.events import PurchaseApproved
from ledger.invoicing import views as invoicing_views
from ledger.invoicing.events import InvoiceApproved, InvoiceSent
from ledger.issuing import jobs as issuing_jobs
from ledger.issuing import views as issuing_views
from ledger.jointly import views as joint_views
from ledger.landing import views as landing_views
from ledger.lookups import queries as lookups
from ledger.lookups import views as lookup_views
from ledger.losses import queries as losses
from ledger.losses import views as loss_views
from ledger.mandates import jobs as mandate_jobs
from ledger.mandates import queries as mandates
from ledger.mandates import views as mandate_views
from ledger.measures import jobs as measure_jobs
from ledger.measures import views as measure_views
from ledger.multiplier import views as multiplier_views
from ledger.netting import commands as netting_commands
from ledger.opendata import views as open_data_views
from ledger.outlook import views as outlook_views
from ledger.payments import views as payments_views
from ledger.payouts import jobs as payout_jobs
from ledger.payouts import services as payouts
from ledger.peppol import jobs as peppol_jobs
from ledger.pins import services as pins
from ledger.pins import views as pin_views
from ledger.placebo import commands as placebo_commands
from ledger.prepayments import services as prepayments
from ledger.prepayments import views as prepayment_views
from ledger.proof import commands as proof_commands
from ledger.proof import jobs as proof_jobs
from ledger.proof import views as proof_views
from ledger.publication import queries as publication
from ledger.publication import views as publication_views
from ledger.receipts import queries as receipts
from ledger.receipts import views as receipt_views
from ledger.recovery import queries as recovery
from ledger.recovery import views as recovery_views
from ledger.recurring import jobs as recurring_jobs
from ledger.recurring import queries as recurring
from ledger.recurring import views as recurring_views
from ledger.reminders import views as reminder_views
from ledger.reminders.events import ReminderSent
from ledger.requests import views as request_views
from ledger.returns import views as return_views
from ledger.rollups import commands as rollup_commands
from ledger.rollups import services as rollups
from ledger.runs import commands as run_commands
from ledger.runs import jobs as run_jobs
from ledger.runs import views as run_views
from ledger.samples import commands as sample_commands
from ledger.samples import views as sample_views
from ledger.share import commands as share_commands
from ledger.shops import views as shop_views
from ledger.shortages import queries as shortages
from ledger.shortages import views as shortage_views
from ledger.spend import commands as spend_commands
from ledger.spend import services as spend
from ledger.spend import views as spend_views
from ledger.suppliers import commands as supplier_commands
from ledger.suppliers import views as supplier_views
from ledger.suppliers.events import StandingsChanged, SupplierLinked
from ledger.targets import views as target_views
from ledger.tills import commands as till_commands
from ledger.tills import queries as tills
from ledger.tills import views as till_views
from ledger.timesheets import queries as timesheets
from ledger.timesheets import views as timesheet_views
from ledger.topups import queries as topups
from ledger.topups import services as topup_services
from ledger.topups import views as topup_views
from ledger.ubl import commands as ubl_commands
from ledger.unwinding import queries as unwinding
from ledger.unwinding import views as unwinding_views
from ledger.upfront import queries as upfront
from ledger.uploads import commands as upload_commands
from ledger.uploads import views as upload_views
from ledger.verdicts import views as verdict_views
from ledger.vouchers import jobs as voucher_jobs
from ledger.vouchers import queries as vouchers
from ledger.vouchers import views as voucher_views
from ledger.wallets import queries as wallets
from ledger.wallets import views as wallet_views
from ledger.webhooks import jobs as webhook_jobs
from ledger.webhooks import views as webhook_views
from ledger.winddown import views as winddown_views
from ledger.wiping import commands as wiping_commands
from ledger.wiping import jobs as wiping_jobs
from ledger.witnesses import queries as witnesses
from ledger.witnesses import views as witness_views
from ledger.worklist import views as work_views

FEATURE = Feature(
    name="ledger",
    blueprints=(
        spend_views.bp, publication_views.bp, delivery_views.bp, sample_views.bp, board_views.bp, correction_views.bp,
        bridge_views.bp, conflict_views.bp, open_data_views.bp, outlook_views.bp, elsewhere_views.bp,
        supplier_views.bp, identity_views.bp, lookup_views.bp, work_views.bp, witness_views.bp, declaration_views.bp,
        landing_views.bp, multiplier_views.bp, target_views.bp,
        experiment_views.bp, upload_views.bp, run_views.bp, invoicing_views.bp,
        customer_views.bp, freehand_views.bp, incoming_views.bp, prepayment_views.bp, recurring_views.bp,
        joint_views.bp, chain_views.bp, timesheet_views.bp, approval_views.bp, payments_views.bp, desk_views.bp,
        receipt_views.bp, reminder_views.bp, einvoice_views.bp, till_views.bp, mandate_views.bp, webhook_views.bp,
        bank_views.bp, ahead_views.bp, batch_views.bp, verdict_views.bp, clearing_views.bp,
        books_views.bp, closing_views.bp, return_views.bp, ageing_views.bp, auditfile_views.bp, proof_views.bp,
        wallet_views.bp, wallet_views.programme, pin_views.bp, request_views.bp, shop_views.bp, recovery_views.bp,
        charge_views.bp, credit_views.bp, voucher_views.bp, voucher_views.till, topup_views.bp,
        measure_views.bp, issuing_views.bp, loss_views.bp, unwinding_views.bp, unwinding_views.own, shortage_views.bp,
        winddown_views.bp, winddown_views.own,
        shortage_views.own, grievance_views.bp, grievance_views.own, grievance_views.counted,
    ),
    commands=(
        proof_commands.ledger, auditfile_commands.ledger, netting_commands.clear, share_commands.spend,
        figure_commands.spend, sample_commands.spend, spend_commands.spend, upload_commands.spend,
        run_commands.spend,
        rollup_commands.spend, supplier_commands.spend, ubl_commands.invoice, einvoice_commands.invoice,
        till_commands.stripe, bank_commands.bank, batch_commands.payments, wiping_commands.payments,
        circulation_commands.currency, placebo_commands.experiment,
    ),
    jobs={
        "ledger.charges_tell": charge_jobs.tell_all, "ledger.check_clearing": webhook_jobs.check,
        "ledger.check_payouts": payout_jobs.check, "ledger.expire_reservations": books_jobs.expire_reservations,
        "ledger.mandates_tend": mandate_jobs.tend,
        "ledger.measure_money": measure_jobs.measure_all,
        "ledger.payment_call": webhook_jobs.make_one_call,
        "ledger.payment_event": webhook_jobs.work_on_event,
        "ledger.payments_due": webhook_jobs.enqueue_due,
        "ledger.payments_sweep": webhook_jobs.sweep,
        "ledger.peppol_deliver": peppol_jobs.deliver_one,
        "ledger.peppol_fetch": incoming_jobs.fetch,
        "ledger.peppol_follow": peppol_jobs.follow,
        "ledger.publish_head": proof_jobs.publish_head,
        "ledger.recurring_due": recurring_jobs.enqueue_due,
        "ledger.recurring_make": recurring_jobs.make_one,
        "ledger.remind_credits": credit_jobs.remind,
        "ledger.remind_deliveries": delivery_jobs.remind,
        "ledger.verify": proof_jobs.verify,
        "ledger.vouchers_due": voucher_jobs.bring_back,
        "ledger.watch_experiments": experiment_jobs.watch_all,
        "ledger.watch_issuing": issuing_jobs.watch,
        "ledger.wipe_numbers": wiping_jobs.wipe,
        "ledger.work_on_file": run_jobs.work_on_file,
        "ledger.work_on_files_again": run_jobs.ask_again,
    },
    timers={
        "ledger.charges_tell": "25 6 * * *", "ledger.check_clearing": "40 4 * * *",
        "ledger.check_payouts": "50 4 * * *", "ledger.mandates_tend": "45 * * * *",
        "ledger.measure_money": "40 0 * * *", "ledger.watch_experiments": "20 9 * * *",
        "ledger.payments_due": "* * * * *", "ledger.payments_sweep": "*/15 * * * *",
        "ledger.peppol_fetch": "*/5 * * * *", "ledger.peppol_follow": "*/2 * * * *",
        "ledger.work_on_files_again": "* * * * *", "ledger.expire_reservations": "* * * * *",
        "ledger.publish_head": "5 0 * * *", "ledger.recurring_due": "10 5 * * *",
        "ledger.remind_credits": "30 6 * * *", "ledger.remind_deliveries": "20 6 * * *",
        "ledger.verify": "20 3 * * *", "ledger.vouchers_due": "15 0 * * *",
        "ledger.watch_issuing": "10 9 * * *", "ledger.wipe_numbers": "35 3 * * *",
    },
    own_data={N_("Uw machtigingen"): mandates.own_data},
    navigation=(
        NavigationItem(N_("Waar blijft het geld?"), "spend.index", order=50),
        NavigationItem(N_("Facturen"), "invoices.index", desk_policy.SEE, order=60),
        NavigationItem(N_("Bank"), "bank.index", bank_policy.USE, order=62),
        NavigationItem(N_("Boekhouding"), "books.index", books_policy.SEE, order=65),
    ),
    tasks=(
        desk.tasks, timesheets.tasks, declarations.tasks, conflicts.tasks, publication.tasks, deliveries.tasks,
        witnesses.tasks, identities.tasks, lookups.tasks, tills.tasks, bank.tasks, chains.tasks, incoming.tasks,
        receipts.tasks, recurring.tasks, clearing.tasks, wallets.tasks, recovery.tasks, credits_.tasks, topups.tasks,
        losses.tasks, ahead.tasks, unwinding.tasks, shortages.tasks, grievances.tasks, vouchers.tasks, charges.tasks,
        upfront.tasks,
    ),
    about=N_("Geld"),
    actions=CARDS,
    figures=(open_data_views.share,),
    downloads=(
        Download(
            N_("Waar blijft het geld?"), N_("De uitgaven en de cijfers per kwartaal. U kunt alles narekenen."),
            open_data_views.files, order=30,
        ),
    ),
    listeners={
        UserErased: (pins.hear_erased,),
        InvoiceSent: (
            prepayments.hear_sent, chain_services.hear_sent, approval.hear_sent, einvoices.hear_sent,
        ),
        ReminderSent: (einvoices.hear_reminded,),
        InvoiceApproved: (spend.hear_approved,),
        OrderSeen: (topup_services.hear_seen,),
        PayoutSent: (payouts.hear_sent,),
        PurchaseApproved: (bought.hear_approved,),
        SupplierLinked: (corrections.code_anchor_payments, corrections.count_once),
        StandingsChanged: (rollups.hear_standings,),
    },
    set_up=webhook_views.set_up,
    pulses=(proof_jobs.seal,),
    demo=demo.story,
    benches={
        "ledger": "benchmarks.ledger:run",
        "import": "benchmarks.imports:run",
        "report": "benchmarks.report:run",
        "storm": "benchmarks.storm:run",
        "invoices": "benchmarks.invoices:run",
        "bank": "benchmarks.bank:run",
        "clearing": "benchmarks.clearing:run",
        "circulation": "benchmarks.circulation:run",
        "charges": "benchmarks.charges:run",
        "wallet": "benchmarks.wallet:run",
    },
)  # fmt: skip
