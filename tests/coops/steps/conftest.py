from tests.coops.incubator.test_views import page, programme, resident  # noqa: F401
from tests.coops.initiatives.conftest import deed  # noqa: F401
from tests.coops.initiatives.test_services import initiative, join, people  # noqa: F401
