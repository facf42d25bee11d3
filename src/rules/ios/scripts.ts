/** What runs on the Mac, in POSIX words. Each takes what it works on as positional parameters, so that nothing is quoted twice. */

/** Where the build puts what leaves the target, relative to its folder. */
export const OUTPUT = 'build/mobileops';
export const TEST_OUTPUT = 'build/mobileops-test';
export const EXPORT_OPTIONS = `${OUTPUT}/ExportOptions.plist`;

const COLLECT = `find . -name '*.ipa' -type f ! -path "./$output/*" -exec cp {} "$output/" \\;
find . -name '*.dSYM.zip' -type f ! -path "./$output/*" -exec cp {} "$output/" \\;
if [ -z "$(find "$output" -name '*.ipa' -type f -print)" ]; then
  echo "the build ended well, but left no .ipa" >&2
  exit 1
fi`;

/** Positional: the lane. What lay there before is no result of it. */
export const BUILD_LANE = `output=${OUTPUT}
find . -name '*.ipa' -type f -exec rm -f {} \\;
rm -rf "$output" && mkdir -p "$output"
fastlane "$@" || exit
${COLLECT}`;

/** Positional: scheme, export options, then xcodebuild's words for the project. */
export const BUILD_XCODE = `output=${OUTPUT} scheme=$1 options=$2; shift 2
rm -rf "$output/export" "$output/app.xcarchive" && mkdir -p "$output"
xcodebuild archive "$@" -scheme "$scheme" -destination generic/platform=iOS -archivePath "$output/app.xcarchive" \\
  "CURRENT_PROJECT_VERSION=$BUILD_NUMBER" "MARKETING_VERSION=$BUILD_VERSION" || exit
xcodebuild -exportArchive -archivePath "$output/app.xcarchive" -exportPath "$output/export" -exportOptionsPlist "$options" || exit
mv "$output/export"/*.ipa "$output/" 2>/dev/null
if [ -d "$output/app.xcarchive/dSYMs" ]; then mv "$output/app.xcarchive/dSYMs" "$output/dSYMs"; fi
rm -rf "$output/export" "$output/app.xcarchive"
if [ -z "$(find "$output" -name '*.ipa' -type f -print)" ]; then
  echo "xcodebuild ended well, but exported no .ipa" >&2
  exit 1
fi`;

/** Positional: fastlane's words. */
export const TEST_FASTLANE = `rm -rf ${TEST_OUTPUT} && mkdir -p ${TEST_OUTPUT}
fastlane "$@" || exit
if [ ! -f ${TEST_OUTPUT}/report.junit ]; then
  echo "no report of tests was left: the lane does not run scan" >&2
  exit 1
fi`;

/** Positional: xcodebuild's words. Its bundle of results is the report. */
export const TEST_XCODE = `rm -rf ${TEST_OUTPUT} && mkdir -p ${TEST_OUTPUT}
xcodebuild test "$@" -resultBundlePath ${TEST_OUTPUT}/result.xcresult`;
