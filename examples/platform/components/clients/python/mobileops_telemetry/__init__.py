"""The signals of the platform, as its components agree on them, and a check of a sample."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files


@dataclass(frozen=True)
class Signal:
    """One thing that is measured."""

    name: str
    unit: str
    maximum: float
    """Largest value that is meant; the smallest is 0."""
    meaning: str


@cache
def signals() -> tuple[Signal, ...]:
    """All signals, in the order of a sample."""
    table = files(__name__).joinpath("signals.json").read_text(encoding="utf-8")
    return tuple(Signal(**row) for row in json.loads(table))


def problems(sample: Mapping[str, object]) -> list[str]:
    """What is wrong with a sample: nothing, if every signal is there and within its bounds."""
    known = {signal.name: signal for signal in signals()}
    found = [f"{name} is no signal" for name in sample if name not in known]
    for name, signal in known.items():
        value = sample.get(name)
        if isinstance(value, bool) or not isinstance(value, int | float):
            found.append(f"{name} is not a number")
        elif not 0 <= value <= signal.maximum:
            found.append(f"{name} is {value}, not from 0 to {signal.maximum}")
    return found
