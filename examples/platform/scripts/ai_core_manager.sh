#!/usr/bin/env bash
# The inference engine as a service: start, stop, status, health; and predict, describe on the spot.
set -euo pipefail
# shellcheck source=/dev/null
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

usage() {
    cat <<'TEXT'
usage: ai_core_manager.sh start | stop | restart | status | health
       ai_core_manager.sh predict [FILE]   CSV of cpu,memory,latency,errors; stdin without FILE
       ai_core_manager.sh describe         what the model reads and answers
TEXT
}

built="$(built_platform ai-core/mobileops-infer)"
engine="$built/components/ai-core/mobileops-infer"
model="$built/components/ai-core/models/model.bin"
port="$(setting ENGINE_PORT 8081)"

start() {
    local addresses=()
    if [[ "$(setting ADDRESS 127.0.0.1)" != 127.0.0.1 ]]; then addresses=(all); fi
    start_process ai-core "$engine" serve "$model" "$port" "${addresses[@]}"
    wait_until "$engine" health "$port" || die 1 "ai-core does not answer; see its log: $(log_of ai-core)"
}

case "${1:-help}" in
    start)
        start
        stay_for ai-core 'stop_process ai-core'
        ;;
    stop) stop_process ai-core ;;
    restart)
        stop_process ai-core
        start
        ;;
    status)
        is_running ai-core || die 1 "ai-core does not run"
        echo "ai-core runs on port $port"
        ;;
    health) "$engine" health "$port" || die 1 "ai-core does not answer on port $port" ;;
    predict) "$engine" predict "$model" "${2:--}" ;;
    describe) "$engine" describe "$model" ;;
    help | --help | -h) usage ;;
    *)
        usage >&2
        exit 2
        ;;
esac
