import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fail, ok, type Result } from '../base/index.ts';
import type { HttpFailure, HttpRequest, HttpResponse } from '../host/index.ts';
import { checkCache } from './checks/cache.ts';
import { checkLastFailure } from './checks/last-failure.ts';
import { checkNetwork } from './checks/network.ts';
import { diskWith, examinedOf } from './testing.ts';

type Answer = number | HttpFailure;

function serviceCase(
  title: string,
  given: {
    readonly variables?: Readonly<Record<string, string>>;
    readonly answer?: Answer;
    readonly asks?: boolean;
    readonly origins?: readonly string[];
  },
  expected: { readonly said: readonly string[]; readonly asked: readonly string[] },
): void {
  test(`services: ${title}`, async () => {
    const { variables = {}, answer = 200, asks = true, origins = [] } = given;
    const asked: string[] = [];
    const exchange = async ({
      method,
      url,
      headers,
    }: HttpRequest): Promise<Result<HttpResponse, HttpFailure>> => {
      asked.push(`${method} ${url} ${JSON.stringify(headers)}`);
      if (typeof answer !== 'number') return fail(answer);
      return ok({ status: answer, headers: {}, read: async () => ok(0), discard: () => {} });
    };
    const declared = { lock: { problems: [], missingFiles: 0, origins } };
    const patient = { env: { variables }, http: { exchange }, declared, examined: { asksNetwork: asks } };
    const { findings, notChecked } = await checkNetwork(examinedOf(patient));
    const said = [
      ...findings.map(({ severity, seen }) => `${severity}: ${seen}`),
      ...notChecked.map(({ why }) => `not checked: ${why}`),
    ];
    assert.deepEqual({ said, asked }, expected);
  });
}

const METRICS = { METRICS_URL: 'https://user:word@metrics.example/path?token=word' };
serviceCase(
  'none is named',
  {},
  { said: ['not checked: neither a setting nor the lock names a service'], asked: [] },
);
serviceCase(
  'none is asked without being told',
  { variables: METRICS, asks: false },
  {
    said: ['not checked: --network was not given: https://metrics.example (METRICS_URL)'],
    asked: [],
  },
);
serviceCase(
  'the origin alone is asked',
  { variables: METRICS, answer: 404 },
  {
    said: ['fine: https://metrics.example (METRICS_URL) answers'],
    asked: ['HEAD https://metrics.example/ {}'],
  },
);
serviceCase(
  'a registry, and an address of the lock',
  { variables: { REGISTRY: 'ghcr.io/team' }, origins: ['http://files.example:81'] },
  {
    said: [
      'fine: https://ghcr.io (REGISTRY) answers',
      'fine: http://files.example:81 (mobileops.lock) answers',
    ],
    asked: ['HEAD https://ghcr.io/ {}', 'HEAD http://files.example:81/ {}'],
  },
);
serviceCase(
  'one that fails itself',
  { variables: METRICS, answer: 503 },
  {
    said: ['warning: https://metrics.example (METRICS_URL) answers with an error of its own, 503'],
    asked: ['HEAD https://metrics.example/ {}'],
  },
);
const failures: readonly (readonly [HttpFailure, string])[] = [
  [{ kind: 'connection', code: 'ECONNREFUSED', isReused: false }, 'cannot be reached (ECONNREFUSED)'],
  [{ kind: 'stalled', afterMs: 5000 }, 'did not answer within 5 seconds'],
  [{ kind: 'tls', code: 'EPROTO', isPlainHttp: true }, 'speaks http without TLS'],
];
for (const [answer, text] of failures) {
  serviceCase(
    text,
    { variables: METRICS, answer },
    {
      said: [`broken: https://metrics.example (METRICS_URL) ${text}`],
      asked: ['HEAD https://metrics.example/ {}'],
    },
  );
}
serviceCase(
  'what is no address is told without its text',
  { variables: { SONAR_HOST_URL: 'ftp://word' } },
  {
    said: ['broken: SONAR_HOST_URL is not an address of http or https'],
    asked: [],
  },
);

const lines = Array.from({ length: 80 }, (_, at) => `  | line ${at}`);
const LOG = [
  '2026-11-27T12:00:00.000Z started  component:a:s: compiles',
  '2026-11-27T12:00:01.000Z finished component:a:s (exit 2, 900 ms, key abc)',
  ...lines,
  '  | password is word',
  '2026-11-27T12:00:02.000Z finished component:b:s (exit 0, 900 ms, key abc)',
  '  | of another',
].join('\n');

test('the last failure is told with the last 50 lines of its log, without secrets', () => {
  const fs = diskWith({
    '/work/build-cache/logs/1.log': LOG,
    '/work/build-cache/logs/2.log': 'nothing of it\n',
  });
  const failed = (label: string, time: number) => ({
    label,
    id: `${label}:s`,
    time,
    reasons: ['`make` ended with 2'],
  });
  const failures = [failed('component:b', 1000), failed('component:a', Date.parse('2026-11-27T12:00:01Z'))];
  const hideSecrets = (text: string): string => text.replaceAll('is word', 'is (hidden)');
  const { findings } = checkLastFailure(
    examinedOf({ fs, declared: { failures }, examined: { hideSecrets } }),
  );
  const [{ seen, detail = [], remedy, severity } = assert.fail()] = findings;
  assert.deepEqual(
    [severity, seen, remedy],
    ['broken', 'component:a:s failed on 2026-11-27 12:00:01 UTC', 'mobileops build component:a'],
  );
  assert.equal(detail.length, 1 + 50 + 1);
  assert.deepEqual(
    [detail[0], detail[1], detail.at(-2), detail.at(-1)],
    [
      'the end of what it said (build-cache/logs/1.log):',
      '| line 31',
      '| password is (hidden)',
      'also failed: component:b:s',
    ],
  );
});

test('a failure whose log is gone is told without it', () => {
  const failures = [{ label: 'component:a', id: 'component:a:s', time: 0, reasons: ['no python3'] }];
  const { findings } = checkLastFailure(examinedOf({ declared: { failures } }));
  assert.deepEqual(findings[0]?.detail, ['no python3']);
});

test('a damaged blob is found in the sample', () => {
  const fs = diskWith({});
  const examined = examinedOf({ fs });
  const digest = examined.store.cas.put(Buffer.from('content'));
  assert.equal(checkCache(examined).findings.find(({ id }) => id === 'cache/sample')?.severity, 'fine');
  fs.flipByte(`${examined.store.root}/cas/${digest.hash.slice(0, 2)}/${digest.hash}`, 0);
  const sampled = checkCache(examined).findings.find(({ id }) => id === 'cache/sample');
  assert.equal(sampled?.severity, 'warning');
  assert.match(sampled!.seen, /^hashed 1 blob of the cache: 1 damaged, and dropped$/);
});
