#!/bin/sh
# The signals of the platform as a Python package, under the version that is built.
set -eu
mkdir -p dist/packages
cp "${DEPS_COMPONENT_TELEMETRY_SCHEMA:-../telemetry-schema}/dist/telemetry-schema/signals.json" python/mobileops_telemetry/
cd python
printf '%s\n' "${BUILD_VERSION:-1.0.0}" >VERSION
python -c 'from setuptools.build_meta import build_wheel; build_wheel("../dist/packages")'
