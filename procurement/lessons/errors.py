"""Why lessons are not shown."""

from cwb.kernel.errors import NotFound
from cwb.kernel.text import N_


class LessonsNotShared(NotFound):
    """No such organisation, or it did not say that a coach may read."""

    message = N_("Deze coöperatie deelt haar lessen niet met een coach.")
