"""How long the engine takes to answer one request, measured from outside, over HTTP.

The figures are recorded as properties of the test report; the build's quality settings judge them.
"""

import http.client
import subprocess
import time

REQUESTS = 300


def test_response_time(built, golden, record_property):
    bodies = ["".join(",".join(map(str, row)) + "\n" for row in case["window"]) for case in golden["cases"]]
    server = subprocess.Popen(
        [built / "mobileops-infer", "serve", built / "models" / "model.bin", "0"],
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        port = int(server.stdout.readline().split()[-1])
        times_ms = sorted(measure(port, bodies[turn % len(bodies)]) for turn in range(REQUESTS))
    finally:
        server.terminate()
        server.wait(timeout=10)
        server.stdout.close()
    for name, share in (("p50", 0.50), ("p95", 0.95), ("p99", 0.99)):
        value = times_ms[int(len(times_ms) * share)]
        record_property(f"response_time_{name}_ms", round(value, 3))
        print(f"{name}: {value:.3f} ms")


def measure(port: int, body: str) -> float:
    start = time.perf_counter()
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request("POST", "/predict", body)
    answer = connection.getresponse()
    answer.read()
    connection.close()
    assert answer.status == 200
    return (time.perf_counter() - start) * 1000
