import pytest

from pmlab.simulate import Company, company


@pytest.fixture(scope="session")
def larder() -> Company:
    return company()
