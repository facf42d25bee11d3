#!/bin/sh
# The component `security` as an npm package, under the version that is built.
set -eu
rm -rf dist
mkdir -p dist/packages
cp -R "${DEPS_COMPONENT_SECURITY:-../security}/dist/security" dist/security
cd dist/security
npm pkg delete private scripts devDependencies
npm pkg set "version=${BUILD_VERSION:-1.0.0}"
npm pack --silent --pack-destination ../packages
