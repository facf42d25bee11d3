/**
 * A reporter for jest that writes JUnit's XML, for packages that do not bring `jest-junit`: jest itself cannot. Plain
 * CommonJS, given to `sh` as an argument, which lays it into the action's temporary folder.
 */
const REPORTER = `const { writeFileSync } = require('node:fs');
const { relative } = require('node:path');
const text = (value) => String(value)
  .replace(/\\u001b\\[[0-9;]*m/g, '')
  .replace(/[^\\t\\n\\r\\u0020-\\ud7ff\\ue000-\\ufffd]/g, '?')
  .replace(/[&<>"]/g, (sign) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[sign]);
const testCase = (suite) => ({ status, title, ancestorTitles, duration, failureMessages }) => {
  const head = '    <testcase name="' + text([...ancestorTitles, title].join(' ')) + '" classname="' + text(suite) +
    '" time="' + (duration || 0) / 1000 + '"';
  if (status === 'failed') return head + '><failure>' + text(failureMessages.join('\\n')) + '</failure></testcase>';
  return status === 'passed' ? head + '/>' : head + '><skipped/></testcase>';
};
const testSuite = (root) => (file) => {
  const name = relative(root, file.testFilePath);
  const broken = file.testExecError ? ['    <testcase name="' + text(name) + '"><error>' + text(file.failureMessage) + '</error></testcase>'] : [];
  const cases = [...file.testResults.map(testCase(name)), ...broken];
  return ['  <testsuite name="' + text(name) + '" tests="' + cases.length + '">', ...cases, '  </testsuite>'];
};
module.exports = class {
  constructor(globalConfig, options) { this.root = globalConfig.rootDir; this.file = options.file; }
  onRunComplete(contexts, results) {
    const suites = [...results.testResults].sort((a, b) => (a.testFilePath < b.testFilePath ? -1 : 1));
    writeFileSync(this.file, ['<?xml version="1.0" encoding="UTF-8"?>', '<testsuites>', ...suites.flatMap(testSuite(this.root)), '</testsuites>', ''].join('\\n'));
  }
};
`;

const WITH_REPORTER = `reporter=$TMPDIR/mobileops-junit.cjs
printf %s "$1" | sed "s|options.file|'$2'|" >"$reporter"
shift 2
exec "$@" --reporters=default --reporters="$reporter"`;

/** The command line of jest with a report in `file`; `files` are behind an option that takes all the rest. */
export function jestWithReport(jest: readonly string[], file: string): readonly string[] {
  return ['sh', '-c', WITH_REPORTER, 'jest', REPORTER, file, ...jest];
}
