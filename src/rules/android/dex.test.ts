/** Which runs of D8 an app takes, and what each of them sees. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { digestOf } from '../../base/index.ts';
import type { AndroidSettings } from '../../config/index.ts';
import type { LockedLibrary } from '../rule.ts';
import { actionOf, fakeContext, mobileSpec } from '../testing.ts';
import { androidRule } from './android-rule.ts';

const MEBIBYTE = 2 ** 20;
const BIG = libraryOf('big.group:big:1', MEBIBYTE);
const HALVES = [libraryOf('two.halves:a:1', MEBIBYTE / 2), libraryOf('two.halves:b:1', MEBIBYTE / 2)];
const SMALL = [libraryOf('small:a:1', 10), libraryOf('tiny:b:1', 10)];

function libraryOf(coordinate: string, sizeBytes: number): LockedLibrary {
  const [group, artifact, version = ''] = coordinate.split(':');
  const digest = { ...digestOf(coordinate), sizeBytes };
  const name = `${group}:${artifact}`;
  return { name, version, file: `${artifact}.jar`, type: 'jar', digest, classpaths: ['compile', 'runtime'] };
}

function planOf(android: Partial<AndroidSettings>, maven: readonly LockedLibrary[]) {
  const settings = { applicationId: 'a.b', label: 'a', compileSdk: 34, minSdk: 24, targetSdk: 34 };
  const files = { 'src/main/AndroidManifest.xml': '<manifest/>', 'src/main/java/A.java': 'class A {}' };
  const spec = mobileSpec({ rule: 'android', android: { ...settings, ...android } });
  return androidRule(fakeContext({ spec, files, locked: { maven } }));
}

const located = (value: string) => ({ value, span: { start: 0, end: 0 } }) as never;
const DEBUG = { variants: [located('debug')] };
const RELEASE = { variants: [located('release')] };

/** Name and inputs of each run, up to `--output` what it is told of other classes. */
function runsOf(plan: ReturnType<typeof planOf>): string[] {
  return plan.actions
    .filter(({ mnemonic }) => mnemonic === 'D8' || mnemonic === 'DexJoin')
    .map(({ id, argv }) => {
      const after = argv[0]?.endsWith('/java') ? argv.slice(argv.indexOf('--output') + 2) : argv.slice(-2);
      const globals = argv.filter((_, index) => argv[index - 1] === '--globals');
      return `${id.slice('app:demo#'.length)}: ${[...after, ...globals.map((each) => `+${each}`)].join(' ')}`;
    });
}

test('without libraries there is one run', () => {
  assert.deepEqual(runsOf(planOf(DEBUG, [])), ['dex: classes.jar']);
});

test('what is debugged compiles libraries by group, merges them, and keeps its own classes apart', () => {
  assert.deepEqual(runsOf(planOf(DEBUG, [BIG, ...SMALL, ...HALVES])), [
    'dex-library-of-big.group: libs/big.group_big_1/classes.jar',
    'dex-library-of-two.halves: libs/two.halves_a_1/classes.jar libs/two.halves_b_1/classes.jar',
    'dex-library-others: libs/small_a_1/classes.jar libs/tiny_b_1/classes.jar',
    'dex-libraries: library-of-big.group.zip library-of-two.halves.zip library-others.zip',
    'dex-own: classes.jar +library-of-big.group-globals.zip +library-of-two.halves-globals.zip +library-others-globals.zip',
    'dex: own libraries',
  ]);
});

test('a release is one whole, as an app for devices that read one file is', () => {
  const whole = [
    'dex-library-others: libs/small_a_1/classes.jar libs/tiny_b_1/classes.jar',
    'dex: classes.jar library-others.zip +library-others-globals.zip',
  ];
  assert.deepEqual(runsOf(planOf(RELEASE, SMALL)), whole);
  assert.deepEqual(runsOf(planOf({ ...DEBUG, minSdk: 19 }, SMALL)), whole);
});

test('nothing of the app, nor of another group, is in the run of a library', () => {
  const one = actionOf(planOf(DEBUG, [BIG, ...SMALL]), 'app:demo#dex-library-of-big.group');
  const other = actionOf(
    planOf({ ...DEBUG, applicationId: 'c.d', versionCode: 7 }, [BIG, ...HALVES]),
    'app:demo#dex-library-of-big.group',
  );
  assert.deepEqual(one, other);
  assert.ok(!one.argv.includes('--classpath'));
});

test('below Android 7 the interfaces of other libraries are looked at', () => {
  const { argv } = actionOf(planOf({ ...DEBUG, minSdk: 23 }, [BIG, ...SMALL]), 'app:demo#dex-library-others');
  const seen = argv.filter((_, index) => argv[index - 1] === '--classpath');
  assert.deepEqual(seen.sort(), [
    'libs/big.group_big_1/classes.jar',
    'libs/small_a_1/classes.jar',
    'libs/tiny_b_1/classes.jar',
  ]);
});
