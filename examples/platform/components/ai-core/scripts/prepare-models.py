#!/usr/bin/env python3
"""Trains the model that tells a healthy platform from an ailing one, and writes it to models/."""

import sys
from pathlib import Path

import numpy as np
from model_file import write_binary, write_golden, write_json
from network import features_of, predict, train
from telemetry import STATES, synthesize

REQUIRED_ACCURACY = 0.95


def main() -> int:
    """Gives the exit code: 1 when the model recognises too little."""
    models = Path(__file__).resolve().parent.parent / "models"
    models.mkdir(exist_ok=True)
    network = train(*synthesize(1000, seed=1), seed=2, epochs=40)

    windows, labels = synthesize(500, seed=3)
    found = predict(network, features_of(windows)).argmax(axis=1)
    accuracy = round(float(np.mean(found == labels)), 4)
    for index, state in enumerate(STATES):
        print(f"{state:>9}: {np.mean(found[labels == index] == index):7.2%} of its windows recognised")
    print(f" accuracy: {accuracy:7.2%} on {len(labels)} windows that training did not see")
    if accuracy < REQUIRED_ACCURACY:
        print(f"error: at least {REQUIRED_ACCURACY:.0%} is required", file=sys.stderr)
        return 1

    write_binary(models / "model.bin", network)
    write_json(models / "model.json", network, accuracy)
    write_golden(models / "golden.json", network, windows[:48])
    return 0


if __name__ == "__main__":
    sys.exit(main())
