from tests.coops.incubator.test_views import page, resident  # noqa: F401
from tests.coops.initiatives.conftest import people  # noqa: F401
from tests.coops.initiatives.test_services import initiative  # noqa: F401
