from tests.coops.incubator.test_views import page, resident  # noqa: F401
from tests.coops.initiatives.test_services import initiative, people  # noqa: F401
