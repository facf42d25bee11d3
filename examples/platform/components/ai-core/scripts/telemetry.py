"""The signals of the platform, the states it can be in, and synthetic windows of both.

A window is WINDOW consecutive samples; a sample is one value per signal. Every number comes from a
seeded generator through + - * / and comparisons alone, so each machine draws the same windows.
"""

from dataclasses import dataclass

import numpy as np

WINDOW = 8


@dataclass(frozen=True)
class Signal:
    """One thing that is measured."""

    name: str
    unit: str
    maximum: float
    """Largest value that is meant; larger ones are clamped."""
    scale: float
    """The value that the model sees as 1."""


SIGNALS = (
    Signal("cpu", "%", 100.0, 100.0),
    Signal("memory", "%", 100.0, 100.0),
    Signal("latency", "ms", 1000.0, 500.0),
    Signal("errors", "%", 50.0, 20.0),
)

STATES = ("healthy", "overload", "leak", "fault")

# For each state and signal: range of the window's mean, range of its drift from first to last
# sample, and the noise of one sample. The ranges overlap on purpose: real telemetry does too.
PROFILES = {
    "healthy": (
        ((8, 76), (-12, 12), 6),
        ((18, 78), (-7, 7), 2),
        ((15, 190), (-30, 30), 12),
        ((0, 2.4), (-0.5, 0.5), 0.5),
    ),
    "overload": (
        ((68, 100), (-6, 26), 4),
        ((25, 82), (-5, 7), 2),
        ((110, 620), (-30, 190), 26),
        ((0, 5), (-1, 2), 0.7),
    ),
    "leak": (
        ((12, 74), (-8, 10), 5),
        ((48, 95), (6, 40), 2),
        ((20, 240), (-10, 60), 14),
        ((0, 2.2), (-1, 1), 0.4),
    ),
    "fault": (
        ((5, 88), (-24, 14), 6),
        ((18, 86), (-10, 6), 2),
        ((20, 520), (-60, 120), 30),
        ((3, 45), (-4, 14), 1.6),
    ),
}


def synthesize(count_per_state: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Windows of shape (n, WINDOW, signals) in natural units, and the index of each one's state."""
    # RandomState's stream is frozen by numpy's compatibility policy; a Generator's is not.
    random = np.random.RandomState(seed)
    windows = [_windows_of(state, count_per_state, random) for state in STATES]
    labels = np.repeat(np.arange(len(STATES)), count_per_state)
    order = np.argsort(random.random_sample(len(labels)), kind="stable")
    return np.concatenate(windows)[order], labels[order]


def _windows_of(state: str, count: int, random: np.random.RandomState) -> np.ndarray:
    time = np.arange(WINDOW) / (WINDOW - 1) - 0.5
    windows = np.empty((count, WINDOW, len(SIGNALS)))
    for index, (signal, profile) in enumerate(zip(SIGNALS, PROFILES[state], strict=True)):
        (low, high), (fall, rise), noise = profile
        mean = low + (high - low) * random.random_sample((count, 1))
        drift = fall + (rise - fall) * random.random_sample((count, 1))
        values = mean + drift * time + noise * _bell(random, (count, WINDOW))
        windows[:, :, index] = np.minimum(np.maximum(values, 0.0), signal.maximum)
    # Two decimals: what a collector reports, and text that loses nothing.
    return np.rint(windows * 100.0) / 100.0


def _bell(random: np.random.RandomState, shape: tuple[int, int]) -> np.ndarray:
    """Close to a normal distribution (the sum of twelve uniform ones), without log or cos."""
    total = np.zeros(shape)
    for _ in range(12):
        total += random.random_sample(shape)
    return total - 6.0
