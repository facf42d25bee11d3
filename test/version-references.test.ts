/** Random pairs of versions beside what the ecosystems' own programs say of them; in .ci/full alone. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import fc from 'fast-check';
import { MemoryCas } from '../src/cas/index.ts';
import { coursierFetch, provideCoursier } from '../src/dependencies/coursier.ts';
import { realHost } from '../src/host/index.ts';
import { compareVersions, type Ecosystem, isPep440 } from '../src/packages/index.ts';
import { versionTexts } from '../src/packages/versions/testing.ts';
import { isLong } from './long.ts';
import { TEST_CACHE } from './prepared-tools.ts';

type Pair = readonly [a: string, b: string];
/** `undefined`: the reference takes no such version. */
type Order = -1 | 0 | 1 | undefined;

interface Reference {
  readonly ecosystem: Ecosystem;
  readonly name: string;
  readonly pairs: number;
  readonly more?: readonly string[];
  /** `undefined` where it is not to be had: the test says so by name. */
  readonly ask: (t: TestContext, pairs: readonly Pair[]) => Promise<readonly Order[] | undefined>;
}

const PYTHON = `
import sys
from pip._vendor.packaging.version import InvalidVersion, Version
for line in sys.stdin.read().splitlines():
    try:
        a, b = map(Version, line.split("\\t"))
        print((a > b) - (a < b))
    except InvalidVersion:
        print("?")
`;

const NODE = `
const semver = require(process.argv[1]);
const lines = require('node:fs').readFileSync(0, 'utf8').split('\\n').slice(0, -1);
const orders = lines.map((line) => line.split('\\t')).map(([a, b]) => semver.valid(a) && semver.valid(b) ? semver.compare(a, b) : '?');
console.log(orders.join('\\n'));
`;

const JAVA = `
import org.apache.maven.artifact.versioning.ComparableVersion;
public class Order {
  public static void main(String[] none) throws Exception {
    var in = new java.io.BufferedReader(new java.io.InputStreamReader(System.in, "UTF-8"));
    var out = new StringBuilder();
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      String[] pair = line.split("\\t", -1);
      int order = new ComparableVersion(pair[0]).compareTo(new ComparableVersion(pair[1]));
      out.append(Integer.signum(order)).append("\\n");
    }
    System.out.print(out);
  }
}
`;

const SHELL = `
while IFS=$(printf '\\t') read -r a b; do
  dpkg --compare-versions "$a" lt "$b" 2>/dev/null && { echo -1; continue; }
  [ $? -eq 1 ] || { echo '?'; continue; }
  if dpkg --compare-versions "$a" eq "$b" 2>/dev/null; then echo 0; else echo 1; fi
done
`;

const REFERENCES: readonly Reference[] = [
  {
    ecosystem: 'PyPI',
    name: 'packaging of pip',
    pairs: 200_000,
    ask: async (_t, pairs) => answers('python3', ['-c', PYTHON], pairs),
  },
  {
    ecosystem: 'npm',
    name: 'semver of npm',
    pairs: 200_000,
    ask: async (t, pairs) => {
      const found = join(
        execFileSync('npm', ['root', '-g'], { encoding: 'utf8' }).trim(),
        'npm/node_modules/semver',
      );
      const place = [found, '/usr/share/nodejs/semver'].find((each) => existsSync(each));
      if (place === undefined) return t.skip('not run: npm without its semver') as undefined;
      return answers(process.execPath, ['-e', NODE, place], pairs);
    },
  },
  {
    ecosystem: 'Maven',
    name: 'maven-artifact 3.8.7',
    pairs: 200_000,
    more: ['.alpha', '.x', '.', '.sp', '-.'],
    ask: askMaven,
  },
  {
    ecosystem: 'Debian',
    name: 'dpkg --compare-versions',
    pairs: 5_000,
    ask: async (_t, pairs) => answers('sh', ['-c', SHELL], pairs),
  },
];

if (isLong)
  for (const { ecosystem, name, pairs: count, more, ask } of REFERENCES)
    test(`${ecosystem}: random pairs are ordered as by ${name}`, { timeout: 1_200_000 }, async (t) => {
      const version: fc.Arbitrary<string> = versionTexts(ecosystem, more);
      const pairs = fc.sample(fc.tuple(version, version), count).flatMap(([a, b]) => alike(a, b));
      const orders = await ask(t, pairs);
      if (orders === undefined) return;
      assert.equal(orders.length, pairs.length);
      const taken = orders.filter((order) => order !== undefined).length;
      t.diagnostic(`${taken} of ${pairs.length} pairs are versions to ${name}`);
      assert.ok(taken > count / 50);
      for (const [at, [a, b]] of pairs.entries()) {
        const order: Order = orders[at];
        if (ecosystem === 'PyPI') assert.equal(isPep440(a) && isPep440(b), order !== undefined, `${a} ${b}`);
        if (order !== undefined)
          assert.equal(Math.sign(compareVersions(ecosystem, a, b)), order, `${a} and ${b}`);
      }
    });

/** The pair, and one that differs little: random texts differ in their first number. */
function alike(a: string, b: string): Pair[] {
  const at = a.search(/[^\d.]/);
  const from = b.search(/[^\d.]/);
  return at < 0 || from < 0 ? [[a, b]] : [[a, a.slice(0, at) + b.slice(from)]];
}

function answers(program: string, argv: readonly string[], pairs: readonly Pair[]): Order[] {
  const input = pairs.map((pair) => `${pair.join('\t')}\n`).join('');
  const output = execFileSync(program, argv, { input, encoding: 'utf8', maxBuffer: 2 ** 28 });
  const lines = output.trimEnd().split('\n');
  return lines.map((line) => (line === '?' ? undefined : (Number(line) as Order)));
}

async function askMaven(t: TestContext, pairs: readonly Pair[]): Promise<Order[] | undefined> {
  const root = mkdtempSync(join(tmpdir(), 'mobileops-maven-order-'));
  t.after(() => rmSync(root, { recursive: true, force: true }));
  const host = realHost();
  const cas = new MemoryCas({ fs: host.fs, root: join(root, 'cas') });
  const context = { host, cas, cacheDirectory: TEST_CACHE, sink: () => {}, signal: t.signal };
  const coursier = await provideCoursier(context);
  if (!coursier.ok) return t.skip(`not run: ${coursier.failure.message}`) as undefined;
  const coordinates = ['org.apache.maven:maven-artifact:3.8.7'];
  const fetched = await coursierFetch(context, coursier.value, {
    what: 'the order',
    coordinates,
    isAlone: false,
  });
  if (!fetched.ok) return t.skip(`not run: ${fetched.failure.message}`) as undefined;
  writeFileSync(join(root, 'Order.java'), JAVA);
  const classPath = [root, ...fetched.value.map(({ path }) => path)].join(':');
  execFileSync('javac', ['-cp', classPath, 'Order.java'], { cwd: root });
  return answers('java', ['-cp', classPath, 'Order'], pairs);
}
