#!/usr/bin/env bash
# Measures this machine and sends what it finds to the platform's server: processor and memory from
# /proc, latency and errors from the server's own answers. platform_launcher.sh starts it.
set -euo pipefail
# shellcheck source=/dev/null
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

address="http://127.0.0.1:$(setting PORT 8080)"
pause="$(setting SAMPLE_SECONDS 1)"
[[ -r /proc/stat ]] || die 3 "this system has no /proc: the agent measures Linux only"
command -v curl >/dev/null || die 3 "curl was not found"
[[ -n "${MOBILEOPS_TOKEN:-}" ]] || die 2 "MOBILEOPS_TOKEN is not set: platform_launcher.sh token makes one"

# Busy and total time of all processors since the start.
processor_times() { awk '/^cpu / { idle = $5 + $6; for (i = 2; i <= 9; i++) total += $i; printf "%.0f %.0f\n", total - idle, total; exit }' /proc/stat; }
memory_percent() { awk '/^MemTotal/ { total = $2 } /^MemAvailable/ { free = $2 } END { printf "%.1f", 100 * (total - free) / total }' /proc/meminfo; }

requests=0
failures=0
read -r busy total < <(processor_times)
while true; do
    sleep "$pause"
    read -r busy_now total_now < <(processor_times)
    cpu="$(awk -v b=$((busy_now - busy)) -v t=$((total_now - total)) 'BEGIN { printf "%.1f", (t > 0 ? 100 * b / t : 0) }')"
    busy="$busy_now" total="$total_now"

    if seconds="$(curl --noproxy '*' -sf -m 1 -o /dev/null -w '%{time_total}' "$address/health")"; then :; else
        failures=$((failures + 1))
        seconds=1
    fi
    requests=$((requests + 1))
    latency="$(awk -v s="$seconds" 'BEGIN { ms = 1000 * s; printf "%.1f", (ms < 1000 ? ms : 1000) }')"
    errors="$(awk -v f="$failures" -v r="$requests" 'BEGIN { e = 100 * f / r; printf "%.1f", (e < 50 ? e : 50) }')"
    # The share of the last ten requests or so.
    if ((requests >= 10)); then
        requests=$((requests / 2))
        failures=$((failures / 2))
    fi

    # The token goes by a configuration on stdin: arguments can be read by every user of the machine.
    printf 'header = "Authorization: Bearer %s"\n' "$MOBILEOPS_TOKEN" |
        curl --noproxy '*' -sf -m 2 -o /dev/null -K - \
            -d "{\"cpu\":$cpu,\"memory\":$(memory_percent),\"latency\":$latency,\"errors\":$errors}" \
            "$address/api/telemetry" || log "the server did not take a sample"
done
