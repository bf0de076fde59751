import pytest

from coops.steps.services import Upload
from cwb.files.gateway import HouseKeys
from tests.cwb.files.test_gateway import PDF


@pytest.fixture
def deed(tmp_path):
    return Upload("akte.pdf", PDF, HouseKeys(tmp_path))
