"""The storey `ledger` as the roof sees it."""

from cwb.kernel.feature import Feature
from ledger.approval import services as approval
from ledger.invoicing.events import InvoiceSent
from ledger.figure import commands as figure_commands
from ledger.share import commands as share_commands

FEATURE = Feature(
    name="ledger",
    commands=(share_commands.spend,),
    listeners={
        InvoiceSent: (approval.hear_sent,),
    },
    commands=(
        share_commands.spend,
        figure_commands.spend,
    ),
)
