/**
 * Reporter of `node --test`: each test that came to an end as a line of JSON for `test.mjs`; suites are not tests. What
 * a failed test said of itself (the seed of a random one) goes with it. A file's last line tells how long it took.
 */
import { relative } from 'node:path';

function messageOf(details) {
  const error = details?.error;
  const cause = error?.cause ?? error;
  return String(cause?.stack ?? cause?.message ?? cause ?? '');
}

/** `undefined` for a suite whose tests were told already; a file that failed as a whole counts. */
function resultOf(type, { name, details, skip, todo, file = '' }) {
  if (details?.type === 'suite' || details?.error?.failureType === 'subtestsFailed') return undefined;
  const isSkipped = skip !== undefined || todo !== undefined;
  const outcome = isSkipped ? 'skipped' : type === 'test:pass' ? 'passed' : 'failed';
  const message = outcome === 'failed' ? messageOf(details) : String(skip ?? todo ?? '');
  return { outcome, name, file: fileOf({ file }), message };
}

export default async function* report(source) {
  let last;
  let place;
  const flush = () => {
    const line = last ? `${JSON.stringify(last)}\n` : '';
    last = undefined;
    return line;
  };
  for await (const { type, data } of source) {
    // A test's own words follow its end, with its place.
    if (type === 'test:diagnostic' && last?.outcome === 'failed' && placeOf(data) === place) {
      last.message += `\n${data.message}`;
    } else if (type === 'test:stderr') {
      process.stderr.write(data.message);
    } else if (type === 'test:pass' || type === 'test:fail') {
      yield flush();
      last = resultOf(type, data);
      place = placeOf(data);
    } else if (type === 'test:summary' && data.file) {
      yield flush();
      yield `${JSON.stringify({ outcome: 'ended', file: fileOf(data), durationMs: data.duration_ms })}\n`;
    }
  }
  yield flush();
}

function fileOf({ file }) {
  return relative(process.cwd(), file);
}

function placeOf({ file, line, column }) {
  return `${file}:${line}:${column}`;
}
