"""What tests of scorers share."""

import pytest

from tests.scoring.remote_servers import Stand


@pytest.fixture
def stand():
    made = Stand()
    yield made
    made.close()
