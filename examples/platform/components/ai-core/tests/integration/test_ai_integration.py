"""The C engine against the model that numpy trained."""

import json
import socket
import subprocess
import urllib.error
import urllib.request
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest


def csv_of(window: list) -> str:
    return "cpu,memory,latency,errors\n" + "".join(",".join(map(repr, row)) + "\n" for row in window)


def infer(built: Path, *arguments: str, text: str = "") -> subprocess.CompletedProcess:
    return subprocess.run(
        [built / "mobileops-infer", *arguments], input=text, capture_output=True, text=True, timeout=20
    )


def test_agrees_with_numpy_on_the_golden_windows(built, golden):
    model = json.loads((built / "models" / "model.json").read_text())
    for case in golden["cases"]:
        run = infer(built, "predict", str(built / "models" / "model.bin"), text=csv_of(case["window"]))
        assert run.returncode == 0, run.stderr
        answer = json.loads(run.stdout)
        found = [answer["probabilities"][state] for state in model["states"]]
        assert found == pytest.approx(case["probabilities"], abs=golden["tolerance"])
        assert answer["state"] == model["states"][found.index(max(found))]


def test_a_longer_series_gives_a_line_for_each_full_window(built, golden):
    rows = golden["cases"][0]["window"] + golden["cases"][1]["window"]
    run = infer(built, "predict", str(built / "models" / "model.bin"), text=csv_of(rows))
    assert len(run.stdout.splitlines()) == len(rows) - len(golden["cases"][0]["window"]) + 1


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("1,2,3,4\n", "8 samples are needed, 1 came"),
        ("1,2,3\n", "line 1 is not 4 numbers"),
        ("1,2,3,4,5\n", "line 1 is not 4 numbers"),
        ("1,2,3,4\n1,2,x,4\n", "line 2 is not 4 numbers"),
        ("1,2,nan,4\n", "line 1 is not 4 numbers"),
    ],
)
def test_bad_samples_are_refused(built, text, complaint):
    run = infer(built, "predict", str(built / "models" / "model.bin"), text=text)
    assert run.returncode == 1
    assert complaint in run.stderr


@pytest.mark.parametrize(
    ("damage", "complaint"),
    [
        (lambda data: b"", "not a model file"),
        (lambda data: b"PK\3\4" + data[4:], "not a model file"),
        (lambda data: data[:4] + b"\2" + data[5:], "version is not 1"),
        (lambda data: data[:16] + b"\xff" + data[17:], "dimensions are out of range"),
        (lambda data: data[:-5], "length does not fit"),
        (lambda data: data[:200] + bytes([data[200] ^ 1]) + data[201:], "checksum is wrong"),
    ],
)
def test_a_damaged_model_is_refused(built, tmp_path, damage, complaint):
    path = tmp_path / "model.bin"
    path.write_bytes(damage((built / "models" / "model.bin").read_bytes()))
    run = infer(built, "describe", str(path))
    assert run.returncode == 1
    assert complaint in run.stderr


def test_wrong_use_prints_the_usage(built):
    assert infer(built).returncode == 2
    assert "usage:" in infer(built, "--help").stdout


@contextmanager
def serving(built: Path):
    """The engine on a free port of this machine; it must end well when it is asked to."""
    server = subprocess.Popen(
        [built / "mobileops-infer", "serve", built / "models" / "model.bin", "0"],
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        yield int(server.stdout.readline().split()[-1])
    finally:
        server.terminate()
        try:
            code = server.wait(timeout=10)
        except subprocess.TimeoutExpired:
            server.kill()
            code = server.wait()
        server.stdout.close()
    assert code == 0


def test_serves_over_http(built, golden):
    with serving(built) as port:
        case = golden["cases"][0]
        address = f"http://127.0.0.1:{port}"
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(f"{address}/predict", data=csv_of(case["window"]).encode(), timeout=10) as answer:
            found = list(json.load(answer)["probabilities"].values())
        assert found == pytest.approx(case["probabilities"], abs=golden["tolerance"])
        assert infer(built, "health", str(port)).returncode == 0
        refused = [("/predict", b"1,2\n", 400), ("/predict", b"1,2,3,4\n", 400), ("/x", None, 404)]
        for path, body, status in refused:
            with pytest.raises(urllib.error.HTTPError) as refusal:
                opener.open(address + path, data=body, timeout=10)
            assert refusal.value.code == status
    assert infer(built, "health", str(port)).returncode == 1


def test_answers_strange_requests_and_goes_on(built):
    strange = {
        b"\r\n\r\n": b"404",
        b"POST /predict HTTP/1.1\r\nContent-Length: 99999999999999999999\r\n\r\n": b"400",
        b"POST /predict HTTP/1.1\r\nContent-Length: -5\r\n\r\nabc": b"400",
        b"POST /predict HTTP/1.1\r\nContent-Length: 3\r\n\r\n\0\0\0": b"400",
        b"GET /model HTTP/1.1\r\nx:\r\n\r\n": b"200",
    }
    with serving(built) as port:
        for request, status in strange.items():
            with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
                connection.sendall(request)
                assert connection.recv(12) == b"HTTP/1.1 " + status, request
        # Too long; it may be cut off before the answer is read.
        with socket.create_connection(("127.0.0.1", port), timeout=10) as connection, suppress(OSError):
            connection.sendall(b"A" * 200_000)
        assert infer(built, "health", str(port)).returncode == 0
