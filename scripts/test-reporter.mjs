/** Reporter of `node --test`: each test that came to an end as a line of JSON for `test.mjs`; suites are not tests. */
import { relative } from 'node:path';

function messageOf(details) {
  const error = details?.error;
  const cause = error?.cause ?? error;
  return String(cause?.stack ?? cause?.message ?? cause ?? '');
}

export default async function* report(source) {
  for await (const { type, data } of source) {
    if (type === 'test:stdout' || type === 'test:stderr') {
      if (type === 'test:stderr') process.stderr.write(data.message);
      continue;
    }
    if (type !== 'test:pass' && type !== 'test:fail') continue;
    const { name, details, skip, todo, file = '' } = data;
    // A file that failed as a whole counts; a suite whose tests were told already does not.
    const isSuite = details?.type === 'suite' || details?.error?.failureType === 'subtestsFailed';
    if (isSuite) continue;
    const outcome =
      skip !== undefined || todo !== undefined ? 'skipped' : type === 'test:pass' ? 'passed' : 'failed';
    const message = outcome === 'failed' ? messageOf(details) : String(skip ?? todo ?? '');
    yield `${JSON.stringify({ outcome, name, file: relative(process.cwd(), file), message })}\n`;
  }
}
