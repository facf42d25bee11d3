"""The package as it lies in the wheel."""

import sys
from pathlib import Path
from zipfile import ZipFile

import pytest

COMPONENT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(COMPONENT / "python"))

import mobileops_telemetry as telemetry  # noqa: E402

GOOD = {"cpu": 12.5, "memory": 40, "latency": 80.0, "errors": 0}


def test_signals_have_names_units_and_bounds() -> None:
    names = [signal.name for signal in telemetry.signals()]
    assert names == ["cpu", "memory", "latency", "errors"]
    assert all(signal.unit and signal.maximum > 0 for signal in telemetry.signals())


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({}, []),
        ({"cpu": 101}, ["cpu is 101, not from 0 to 100"]),
        ({"errors": -1}, ["errors is -1, not from 0 to 50"]),
        ({"latency": float("nan")}, ["latency is nan, not from 0 to 1000"]),
        ({"memory": "40"}, ["memory is not a number"]),
        ({"memory": True}, ["memory is not a number"]),
        ({"heat": 1}, ["heat is no signal"]),
    ],
)
def test_what_is_wrong_with_a_sample(change: dict[str, object], expected: list[str]) -> None:
    assert telemetry.problems(GOOD | change) == expected


def test_the_wheel_has_the_package_and_its_table() -> None:
    [wheel] = (COMPONENT / "dist" / "packages").glob("*.whl")
    names = ZipFile(wheel).namelist()
    assert {"mobileops_telemetry/__init__.py", "mobileops_telemetry/signals.json"} <= set(names)
