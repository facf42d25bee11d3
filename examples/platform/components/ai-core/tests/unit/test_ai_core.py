import math

import network as net
import numpy as np
import pytest
from model_file import write_binary
from telemetry import SIGNALS, STATES, WINDOW, synthesize


def test_windows_are_the_same_each_time_and_within_limits():
    windows, labels = synthesize(50, seed=7)
    again, _ = synthesize(50, seed=7)
    assert windows.shape == (50 * len(STATES), WINDOW, len(SIGNALS))
    assert np.array_equal(windows, again)
    assert np.array_equal(np.bincount(labels), [50] * len(STATES))
    for index, signal in enumerate(SIGNALS):
        assert windows[:, :, index].min() >= 0 and windows[:, :, index].max() <= signal.maximum


def test_another_seed_gives_other_windows():
    assert not np.array_equal(synthesize(5, seed=1)[0], synthesize(5, seed=2)[0])


def test_features_are_level_and_trend():
    window = np.zeros((1, WINDOW, len(SIGNALS)))
    window[0, :, 0] = 50.0
    window[0, WINDOW // 2 :, 1] = 20.0
    features = net.features_of(window)[0]
    assert features[0] == 0.5 and features[len(SIGNALS)] == 0.0
    assert features[1] == pytest.approx(0.1) and features[len(SIGNALS) + 1] == pytest.approx(0.2)


@pytest.mark.parametrize("value", [0.0, -1e-9, -0.5, -1.0, -7.25, -30.0, -200.0])
def test_exp_agrees_with_libm(value):
    assert net._exp(np.array([value]))[0] == pytest.approx(math.exp(value), rel=1e-12)


def test_product_agrees_with_numpy():
    random = np.random.RandomState(4)
    left, right = random.random_sample((5, 7)), random.random_sample((7, 3))
    assert net._product(left, right) == pytest.approx(left @ right)


def test_gradients_agree_with_finite_differences():
    windows, labels = synthesize(10, seed=5)
    features, wanted = net.features_of(windows), np.eye(len(STATES))[labels]
    network = net.train(windows, labels, seed=6, epochs=1)

    def loss():
        return -np.mean(np.log((net.predict(network, features) * wanted).sum(axis=1)))

    for parameter, gradient in zip(
        network.parameters(), net._gradients(network, features, wanted), strict=True
    ):
        place = tuple(0 for _ in parameter.shape)
        before = parameter[place]
        parameter[place] = before + 1e-6
        above = loss()
        parameter[place] = before - 1e-6
        below = loss()
        parameter[place] = before
        assert gradient[place] == pytest.approx((above - below) / 2e-6, abs=1e-6)


def test_training_is_repeatable_and_probabilities_add_up(tmp_path):
    data = synthesize(100, seed=8)
    for name in ("one", "two"):
        network = net.train(*data, seed=9, epochs=3)
        write_binary(tmp_path / name, network)
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()
    found = net.predict(network, net.features_of(data[0]))
    assert found.sum(axis=1) == pytest.approx(1.0)
    assert found.min() >= 0
