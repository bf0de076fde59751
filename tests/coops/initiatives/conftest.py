import pytest

from coops.steps.services import Upload
from cwb.files.gateway import HouseKeys
from cwb.identity.rules import Side
from cwb.kernel.policy import Role
from tests.cwb.files.test_gateway import PDF


@pytest.fixture
def deed(tmp_path):
    return Upload("akte.pdf", PDF, HouseKeys(tmp_path))


@pytest.fixture
def people(make_user):
    return [make_user() for _number in range(3)]


@pytest.fixture
def programme(make_organisation, make_user):
    home = make_organisation(Side.PROGRAMME)
    return [make_user((Role.PROGRAMME, home)) for _number in range(2)]
