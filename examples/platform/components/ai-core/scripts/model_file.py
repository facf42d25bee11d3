"""The two forms of a trained model.

`model.json` is for people and browsers. `model.bin` is for the C engine; little-endian:

    offset  type           what
    0       char[4]        "MOPM"
    4       u32            format version, 1
    8       u32 x 4        window, signals S, hidden H, states C; features F = 2 * S
    24      char[16] x S   names of the signals, NUL-padded
            char[16] x C   names of the states, NUL-padded
            f32 x S        maximum of each signal
            f32 x S        scale of each signal
            f32 x F*H, H   hidden weights [feature, hidden], bias
            f32 x H*C, C   state weights [hidden, state], bias
    end-4   u32            CRC-32 (as in zip) of all that stands before it
"""

import json
import struct
import zlib
from pathlib import Path

import numpy as np
from network import HIDDEN, Network, features_of, predict
from telemetry import SIGNALS, STATES, WINDOW


def write_binary(path: Path, network: Network) -> None:
    """For the C engine."""
    header = b"MOPM" + struct.pack("<5I", 1, WINDOW, len(SIGNALS), HIDDEN, len(STATES))
    names = b"".join(name.encode().ljust(16, b"\0") for name in [*(s.name for s in SIGNALS), *STATES])
    limits = np.array([[s.maximum for s in SIGNALS], [s.scale for s in SIGNALS]])
    numbers = b"".join(array.astype("<f4").tobytes() for array in (limits, *network.parameters()))
    body = header + names + numbers
    path.write_bytes(body + struct.pack("<I", zlib.crc32(body)))


def write_json(path: Path, network: Network, accuracy: float) -> None:
    """For people and browsers."""
    model = {
        "format": "mobileops-telemetry-model/1",
        "window": WINDOW,
        "signals": [
            {"name": s.name, "unit": s.unit, "maximum": s.maximum, "scale": s.scale} for s in SIGNALS
        ],
        "states": list(STATES),
        "accuracy": accuracy,
        "hidden": {"weights": network.hidden_weights.tolist(), "bias": network.hidden_bias.tolist()},
        "output": {"weights": network.state_weights.tolist(), "bias": network.state_bias.tolist()},
    }
    path.write_text(_compact(model))


def write_golden(path: Path, network: Network, windows: np.ndarray) -> None:
    """Windows with the probabilities that every implementation of the model must find."""
    probabilities = np.rint(predict(network, features_of(windows)) * 1e6) / 1e6
    cases = [
        {"window": window.tolist(), "probabilities": row.tolist()}
        for window, row in zip(windows, probabilities, strict=True)
    ]
    path.write_text(_compact({"tolerance": 1e-4, "cases": cases}))


def _compact(value: object) -> str:
    return json.dumps(value, separators=(",", ":")) + "\n"
