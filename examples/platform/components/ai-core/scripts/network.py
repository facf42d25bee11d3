"""A small neural network whose training gives the same bits on every machine.

BLAS, `@`, `einsum` and `np.exp` pick their instructions by processor: their last bits differ, and
training carries the difference into the weights. Here every operation is one that IEEE 754 rounds
exactly (+ - * / sqrt, comparisons), and every sum is taken in a written order.
"""

from dataclasses import dataclass

import numpy as np
from telemetry import SIGNALS, STATES, WINDOW

FEATURES = 2 * len(SIGNALS)
HIDDEN = 12
DOUBT = 0.03
BATCH = 100


@dataclass
class Network:
    """features -> HIDDEN (ReLU) -> states (softmax); weights are indexed [input, output]."""

    hidden_weights: np.ndarray
    hidden_bias: np.ndarray
    state_weights: np.ndarray
    state_bias: np.ndarray

    def parameters(self) -> tuple[np.ndarray, ...]:
        """In the order of the model file."""
        return (self.hidden_weights, self.hidden_bias, self.state_weights, self.state_bias)


def features_of(windows: np.ndarray) -> np.ndarray:
    """Of each signal its level (mean of the window) and its trend (later half minus earlier half)."""
    half = WINDOW // 2
    scaled = windows / np.array([signal.scale for signal in SIGNALS])
    early = _sum_over(scaled[:, :half, :], axis=1) / half
    late = _sum_over(scaled[:, half:, :], axis=1) / half
    return np.concatenate([(early + late) / 2.0, late - early], axis=1)


def predict(network: Network, features: np.ndarray) -> np.ndarray:
    """Probability of each state, one row a window."""
    return _softmax(_forward(network, features)[1])


def train(windows: np.ndarray, labels: np.ndarray, seed: int, epochs: int) -> Network:
    """Adam on cross-entropy; the weights come back rounded to four decimals."""
    features, wanted = features_of(windows), _wanted(labels)
    random = np.random.RandomState(seed)
    network = Network(
        _initial(random, FEATURES, HIDDEN),
        np.zeros(HIDDEN),
        _initial(random, HIDDEN, len(STATES)),
        np.zeros(len(STATES)),
    )
    optimizer = Adam(network.parameters())
    for epoch in range(epochs):
        order = np.argsort(random.random_sample(len(labels)), kind="stable")
        rate = 0.01 if epoch < epochs * 0.7 else 0.002
        for start in range(0, len(labels), BATCH):
            rows = order[start : start + BATCH]
            optimizer.step(_gradients(network, features[rows], wanted[rows]), rate)
    for parameter in network.parameters():
        parameter[...] = np.rint(parameter * 1e4) / 1e4
    return network


def _wanted(labels: np.ndarray) -> np.ndarray:
    """Never quite certain: a window that looks clear may still mislead, and weights stay small."""
    table = np.full((len(STATES), len(STATES)), DOUBT / (len(STATES) - 1))
    np.fill_diagonal(table, 1.0 - DOUBT)
    return table[labels]


class Adam:
    """Adaptive moments; changes the parameters in place."""

    def __init__(self, parameters: tuple[np.ndarray, ...]) -> None:
        self.parameters = parameters
        self.mean = [np.zeros_like(parameter) for parameter in parameters]
        self.square = [np.zeros_like(parameter) for parameter in parameters]
        self.decay_mean = self.decay_square = 1.0

    def step(self, gradients: tuple[np.ndarray, ...], rate: float) -> None:
        """Moves every parameter against its gradient."""
        self.decay_mean *= 0.9
        self.decay_square *= 0.999
        for parameter, gradient, mean, square in zip(
            self.parameters, gradients, self.mean, self.square, strict=True
        ):
            mean += 0.1 * (gradient - mean)
            square += 0.001 * (gradient * gradient - square)
            corrected = np.sqrt(square / (1.0 - self.decay_square)) + 1e-8
            parameter -= rate * (mean / (1.0 - self.decay_mean)) / corrected


def _forward(network: Network, features: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    hidden = np.maximum(_product(features, network.hidden_weights) + network.hidden_bias, 0.0)
    return hidden, _product(hidden, network.state_weights) + network.state_bias


def _gradients(network: Network, features: np.ndarray, wanted: np.ndarray) -> tuple[np.ndarray, ...]:
    hidden, scores = _forward(network, features)
    of_scores = (_softmax(scores) - wanted) / len(features)
    of_hidden = _product(of_scores, network.state_weights.T) * (hidden > 0.0)
    return (
        _sum_over(features[:, :, None] * of_hidden[:, None, :], axis=0),
        _sum_over(of_hidden, axis=0),
        _sum_over(hidden[:, :, None] * of_scores[:, None, :], axis=0),
        _sum_over(of_scores, axis=0),
    )


def _product(left: np.ndarray, right: np.ndarray) -> np.ndarray:
    """Matrix product, added up in the order of the inner index, never fused."""
    result = left[:, 0:1] * right[0]
    for inner in range(1, right.shape[0]):
        result += left[:, inner : inner + 1] * right[inner]
    return result


def _sum_over(values: np.ndarray, axis: int) -> np.ndarray:
    """Sum in the order of the index: what `np.sum` does may depend on the memory's layout."""
    slices = np.moveaxis(values, axis, 0)
    total = np.zeros(slices.shape[1:])
    for part in slices:
        total += part
    return total


def _softmax(scores: np.ndarray) -> np.ndarray:
    exponentials = _exp(scores - scores.max(axis=1, keepdims=True))
    return exponentials / _sum_over(exponentials, axis=1)[:, None]


def _exp(values: np.ndarray) -> np.ndarray:
    """e to the power of values <= 0, within 1e-15: halve ten times, Taylor, square ten times."""
    small = np.maximum(values, -700.0) / 1024.0
    result = np.ones_like(small)
    for term in range(9, 0, -1):
        result = 1.0 + result * small / term
    for _ in range(10):
        result = result * result
    return result


def _initial(random: np.random.RandomState, inputs: int, outputs: int) -> np.ndarray:
    return (random.random_sample((inputs, outputs)) * 2.0 - 1.0) * np.sqrt(6.0 / (inputs + outputs))
