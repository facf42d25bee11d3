#!/usr/bin/env bash
# The platform's build by the verbs of its documentation. Each one is a verb of mobileops.
set -euo pipefail
# shellcheck source=/dev/null
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

usage() {
    cat <<'TEXT'
usage: build_release.sh VERB [ARGUMENTS]

  init                     fetch locked packages and tools          mobileops prepare
  prepare                  check the declaration, then fetch        mobileops validate, prepare
  build [all | TARGET...]  build everything, or some targets        mobileops build
  images [all | IMAGE...]  build container images                   mobileops images
  test [TARGET...]         run the components' tests                mobileops test
  release VERSION [NOTES]  archive, checksum and manifest           mobileops release
  clean                    remove results                           mobileops clean
  help                     this text

BUILD_VERSION, BUILD_NUMBER, BUILD_ID and REGISTRY are honoured.
TEXT
}

verb="${1:-help}"
[[ $# -eq 0 ]] || shift
case "$verb" in
    init) mobileops prepare "$@" ;;
    prepare)
        mobileops validate
        mobileops prepare "$@"
        ;;
    build | images | test | release | clean) mobileops "$verb" "$@" ;;
    help | --help | -h) usage ;;
    *)
        usage >&2
        die 2 "unknown verb: $verb"
        ;;
esac
