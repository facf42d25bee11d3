#!/usr/bin/env bash
# Runs a built platform on this machine: the inference engine, the server with the status page, and
# an agent that measures this machine.
set -euo pipefail
scripts="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
# shellcheck source=/dev/null
source "$scripts/lib.sh"

usage() {
    cat <<'TEXT'
usage: platform_launcher.sh start | stop | restart | status | health
       platform_launcher.sh token    a token that may send telemetry for a day
TEXT
}

built="$(built_platform network/main.js)"
engine="$built/components/ai-core/mobileops-infer"
port="$(setting PORT 8080)"
key="$PLATFORM_STATE/key"

answers() { curl --noproxy '*' -fs -m 5 -o /dev/null "http://127.0.0.1:$port/health"; }

make_key() {
    [[ -s "$key" ]] && return
    mkdir -p "$PLATFORM_STATE"
    (umask 077 && head -c 32 /dev/urandom >"$key")
}

token() {
    make_key
    MODULE="$built/components/security/index.js" KEY="$key" node --input-type=module -e '
        import { readFileSync } from "node:fs";
        import { pathToFileURL } from "node:url";
        const { signToken } = await import(pathToFileURL(process.env.MODULE).href);
        const expiresAt = Math.floor(Date.now() / 1000) + 86400;
        console.log(signToken({ subject: "agent", scopes: ["telemetry:write"], expiresAt }, readFileSync(process.env.KEY)));
    '
}

start() {
    command -v node >/dev/null || die 3 "node was not found: the platform's server needs Node 20 or newer"
    command -v curl >/dev/null || die 3 "curl was not found"
    make_key
    # Without an engine beside it the server tells what it measures, and judges nothing.
    if [[ -x "$engine" ]]; then "$scripts/ai_core_manager.sh" start; fi
    MOBILEOPS_PORT="$port" MOBILEOPS_ADDRESS="$(setting ADDRESS 127.0.0.1)" \
        MOBILEOPS_ENGINE_PORT="$(setting ENGINE_PORT 8081)" MOBILEOPS_KEY_FILE="$key" \
        MOBILEOPS_SITE="$built/mobile/webapp" \
        start_process server node "$built/components/network/main.js"
    wait_until answers || die 1 "the server does not answer; see its log: $(log_of server)"
    if [[ "$(setting SAMPLE_SECONDS 1)" != 0 ]]; then
        MOBILEOPS_TOKEN="$(token)" start_process agent bash "$scripts/telemetry_agent.sh"
    fi
    echo "http://127.0.0.1:$port/?live"
}

stop() {
    stop_process agent
    stop_process server
    if [[ -x "$engine" ]]; then "$scripts/ai_core_manager.sh" stop; fi
}

status() {
    local name code=0
    for name in $([[ -x "$engine" ]] && echo ai-core) server agent; do
        if is_running "$name"; then
            echo "$name runs"
        else
            echo "$name does not run"
            code=1
        fi
    done
    return "$code"
}

case "${1:-help}" in
    start)
        start
        stay_for server stop
        ;;
    stop) stop ;;
    restart)
        stop
        start
        ;;
    status) status ;;
    health)
        if [[ -x "$engine" ]]; then "$scripts/ai_core_manager.sh" health; fi
        answers || die 1 "the server does not answer on port $port"
        ;;
    token) token ;;
    help | --help | -h) usage ;;
    *)
        usage >&2
        exit 2
        ;;
esac
