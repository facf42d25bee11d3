import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { type Host, realHost } from '../../host/index.ts';
import { sonarLines } from './sonar-gate.ts';

const TOKEN = 'squ_not-a-real-token';

/** A stand-in for a server: what it answers to each path, the last one again and again. */
type Answers = Readonly<Record<string, readonly unknown[]>>;

interface Server {
  readonly url: string;
  readonly asked: string[];
}

async function server(t: TestContext, answers: Answers): Promise<Server> {
  const asked: string[] = [];
  const counts = new Map<string, number>();
  const listening = createServer(({ url = '', headers }, response) => {
    asked.push(`${url} ${headers.authorization ?? ''}`);
    const path = url.replace(/\?.*/, '');
    const list = answers[path] ?? [];
    const count = counts.get(path) ?? 0;
    counts.set(path, count + 1);
    const answer = list[Math.min(count, list.length - 1)];
    response.writeHead(answer === undefined ? 401 : 200).end(JSON.stringify(answer ?? {}));
  });
  await new Promise<void>((resolve) => listening.listen(0, '127.0.0.1', resolve));
  t.after(() => listening.close());
  return { url: `http://127.0.0.1:${(listening.address() as AddressInfo).port}`, asked };
}

/** A scanner that writes down how it was called, and leaves what the real one does. */
const SCANNER = `#!/bin/sh
printf '%s\\n' "$@" >args
printf '%s' "$SONAR_TOKEN" >token
[ -z "$FAILS" ] || { echo "ERROR: $SONAR_TOKEN is bad" >&2; exit 2; }
mkdir -p build-cache/sonar
printf 'projectKey=a\\nceTaskId=T1\\n' >build-cache/sonar/report-task.txt
`;

async function run(
  t: TestContext,
  {
    answers = {},
    variables = {},
    hasScanner = true,
  }: { answers?: Answers; variables?: Record<string, string>; hasScanner?: boolean },
) {
  const root = mkdtempSync(join(tmpdir(), 'sonar-'));
  t.after(() => rmSync(root, { recursive: true, force: true }));
  if (hasScanner) {
    writeFileSync(join(root, 'sonar-scanner'), SCANNER);
    chmodSync(join(root, 'sonar-scanner'), 0o755);
  }
  const { url, asked } = await server(t, answers);
  const real = realHost();
  const path = { PATH: `${root}:/usr/bin:/bin` };
  const env: Host['env'] = {
    ...real.env,
    variables: { SONAR_HOST_URL: url, SONAR_TOKEN: TOKEN, ...path, ...variables },
  };
  const clock = { ...real.clock, monotonicMs: () => real.clock.monotonicMs(), sleep: async () => {} };
  const { signal } = new AbortController();
  const lines = await sonarLines({ host: { ...real, env, clock }, root, project: 'platform', signal });
  return { root, lines, asked };
}

const task = (status: string) => ({ task: { status, analysisId: 'A1' } });
const gate = (status: string) => ({
  projectStatus: {
    status,
    conditions: [
      {
        status: 'ERROR',
        metricKey: 'new_coverage',
        actualValue: '61',
        comparator: 'LT',
        errorThreshold: '80',
      },
    ],
  },
});
const CE = '/api/ce/task';
const GATE = '/api/qualitygates/project_status';

describe('SonarQube', () => {
  test('is left alone where no server is named', async (t) => {
    const { lines, asked } = await run(t, { variables: { SONAR_HOST_URL: '' } });
    assert.deepEqual([lines, asked], [[], []]);
  });

  const cases: readonly (readonly [string, Answers, RegExp])[] = [
    [
      'passes',
      { [CE]: [task('PENDING'), task('IN_PROGRESS'), task('SUCCESS')], [GATE]: [gate('OK')] },
      /^passed quality gate OK/,
    ],
    [
      'fails',
      { [CE]: [task('SUCCESS')], [GATE]: [gate('ERROR')] },
      /^failed quality gate ERROR new_coverage is 61, threshold LT 80/,
    ],
    [
      'has no gate',
      { [CE]: [task('SUCCESS')], [GATE]: [gate('NONE')] },
      /^not-measured the project has no quality gate/,
    ],
    ['cannot analyse', { [CE]: [task('FAILED')] }, /^not-measured the analysis on the server: FAILED/],
    ['refuses the token', {}, /^not-measured .*SONAR_TOKEN was refused \(401\)/],
    ['answers nonsense', { [CE]: [task('SUCCESS')], [GATE]: [[1]] }, /^not-measured .*no JSON object/],
  ];
  for (const [name, answers, expected] of cases)
    test(name, async (t) => {
      const { lines, asked, root } = await run(t, { answers });
      const [line] = lines;
      assert.match(`${line?.status} ${line?.measured ?? line?.why} ${line?.details.join(' ')}`, expected);
      assert.ok(asked.every((each) => each.endsWith(` Bearer ${TOKEN}`)));
      assert.equal(readFileSync(join(root, 'token'), 'utf8'), TOKEN);
      const args = readFileSync(join(root, 'args'), 'utf8');
      assert.match(args, /^-Dsonar\.projectKey=platform$/m);
      assert.ok(!args.includes(TOKEN));
    });

  test('is missing without its scanner', async (t) => {
    const { lines } = await run(t, { hasScanner: false });
    assert.deepEqual([lines[0]?.status, lines[0]?.isMissing], ['not-measured', true]);
  });

  test('tells what a scanner says, without the token', async (t) => {
    const { lines } = await run(t, { variables: { FAILS: '1' } });
    assert.equal(lines[0]?.why, 'sonar-scanner ended with exit code 2: ERROR: *** is bad');
  });
});
