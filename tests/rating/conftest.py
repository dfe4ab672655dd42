"""A study that raters can come to."""

import pytest

from tests.rating.booth import Booth, open_booth


@pytest.fixture
def booth(db: None) -> Booth:
    return open_booth()
