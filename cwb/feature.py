"""The ground as the roof sees it."""

from cwb.audit import commands as audit_commands
from cwb.audit import services as audit
from cwb.home import views as home
from cwb.kernel.feature import Feature
from cwb.notifications import jobs as mail
from cwb.notifications.services import SEND

FEATURE = Feature(
    name="cwb",
    blueprints=(home.bp,),
    commands=(audit_commands.audit,),
    jobs={SEND: mail.send},
    timers={SEND: "* * * * *"},
    pulses=(audit.seal,),
)
