from tests.coops.incubator.test_views import page, programme, resident  # noqa: F401
from tests.coops.initiatives.conftest import deed, people  # noqa: F401
from tests.coops.initiatives.test_services import initiative, join  # noqa: F401
