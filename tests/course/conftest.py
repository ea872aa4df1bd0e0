from __future__ import annotations

import pytest

from pmlab.course import Lab
from pmlab.course.progress import Progress
from tests.course import tiny


@pytest.fixture
def lab(tmp_path):
    return Lab(tiny.CHAPTER, tiny.data(), Progress(tmp_path))
