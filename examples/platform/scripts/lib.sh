#!/usr/bin/env bash
# What the scripts share; it is sourced, not run.

# The folder above scripts/: a workspace, or a place where a release was unpacked.
PLATFORM_HOME="${MOBILEOPS_HOME:-$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)}"
PLATFORM_STATE="${MOBILEOPS_STATE:-${XDG_STATE_HOME:-$HOME/.local/state}/mobileops}"

log() { printf '%s %s\n' "$(date -u '+%Y-%m-%dT%H:%M:%SZ')" "$*" >&2; }

# die EXIT_CODE MESSAGE...
die() {
    local code="$1"
    shift
    printf 'error: %s\n' "$*" >&2
    exit "$code"
}

# Runs the build tool on this workspace: $MOBILEOPS, else the one on PATH, else the checkout's own.
mobileops() {
    local program="${MOBILEOPS:-}"
    [[ -n "$program" ]] || program="$(type -P mobileops || true)"
    [[ -n "$program" ]] || program="$PLATFORM_HOME/../../mobileops"
    [[ -x "$program" ]] || die 3 "mobileops was not found: set MOBILEOPS to its path, or put it on PATH"
    (cd "$PLATFORM_HOME" && "$program" "$@")
}

# built_platform PART: where built parts are, told by one of them: dist/ of a workspace, or the folder itself after an
# installation and in an image.
built_platform() {
    local folder
    for folder in "$PLATFORM_HOME/dist" "$PLATFORM_HOME"; do
        if [[ -e "$folder/components/$1" ]]; then
            printf '%s\n' "$folder"
            return
        fi
    done
    die 1 "components/$1 is not built in $PLATFORM_HOME: run mobileops build"
}

# setting NAME DEFAULT: MOBILEOPS_<NAME>, else the line of configs/platform.conf, else the default.
setting() {
    local variable="MOBILEOPS_$1" file="$PLATFORM_HOME/configs/platform.conf" value=""
    if [[ -n "${!variable:-}" ]]; then
        value="${!variable}"
    elif [[ -f "$file" ]]; then
        value="$(sed -n "s/^$1=//p" "$file" | tail -n 1)"
    fi
    printf '%s\n' "${value:-$2}"
}

# is_running NAME: whether the process that was started under this name is still there. Its command
# line is compared, so that a number which another program got since is not mistaken for it.
is_running() {
    local file="$PLATFORM_STATE/$1.pid" pid command
    [[ -f "$file" ]] || return 1
    { read -r pid && read -r command; } <"$file" || return 1
    [[ "$(ps -p "$pid" -o args= 2>/dev/null)" == *"$command"* ]]
}

# start_process NAME COMMAND...: runs it in the background with a log, which is our own output where the setting LOGS is
# `stdout`; does nothing when it runs.
start_process() {
    local name="$1"
    shift
    if is_running "$name"; then
        log "$name runs already"
        return
    fi
    mkdir -p "$PLATFORM_STATE"
    if [[ "$(setting LOGS file)" == stdout ]]; then
        nohup "$@" 2>&1 </dev/null &
    else
        nohup "$@" >>"$(log_of "$name")" 2>&1 </dev/null &
    fi
    printf '%s\n%s\n' "$!" "$1" >"$PLATFORM_STATE/$name.pid"
    log "$name started, log in $(log_of "$name")"
}

# log_of NAME: where the output of the process goes.
log_of() {
    if [[ "$(setting LOGS file)" == stdout ]]; then
        echo stdout
    else
        printf '%s\n' "$PLATFORM_STATE/$1.log"
    fi
}

# stay_for NAME STOP: a container ends with its first process. As that one we stay for as long as the process NAME runs,
# and end with STOP when we are asked to; anywhere else this does nothing.
stay_for() {
    [[ $$ -eq 1 ]] || return 0
    local name="$1" stop="$2"
    # shellcheck disable=SC2064
    trap "$stop; exit 0" TERM INT
    while is_running "$name"; do
        sleep 1 &
        wait $! || true
    done
    die 1 "$name ended"
}

# stop_process NAME: asks it to end, and makes it end after five seconds.
stop_process() {
    local name="$1" pid
    if is_running "$name"; then
        read -r pid <"$PLATFORM_STATE/$name.pid"
        kill "$pid" 2>/dev/null || true
        for _ in {1..50}; do
            is_running "$name" || break
            sleep 0.1
        done
        if is_running "$name"; then kill -KILL "$pid"; fi
        log "$name stopped"
    fi
    rm -f "$PLATFORM_STATE/$name.pid"
}

# wait_until COMMAND...: tries for ten seconds.
wait_until() {
    for _ in {1..100}; do
        if "$@"; then return; fi
        sleep 0.1
    done
    return 1
}
