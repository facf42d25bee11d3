"""Where the tests find what they test: the scripts, and what the build left."""

import json
import sys
from pathlib import Path

import pytest

COMPONENT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(COMPONENT / "scripts"))


@pytest.fixture(scope="session")
def built() -> Path:
    folder = COMPONENT / "dist" / "ai-core"
    assert (folder / "mobileops-infer").is_file(), "build first: mobileops build ai-core"
    return folder


@pytest.fixture(scope="session")
def golden(built: Path) -> dict:
    return json.loads((built / "models" / "golden.json").read_text())
