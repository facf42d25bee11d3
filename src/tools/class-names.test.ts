import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { zipOf } from '../archives/testing.ts';
import { realHost } from '../host/index.ts';
import { classNames } from './class-names.ts';

interface Jar {
  readonly name: string;
  readonly module?: string;
  readonly sources?: readonly string[];
  readonly classes: readonly string[];
}

/** What stands in the map, or the message. */
async function run(libraries: readonly Jar[], own: readonly Jar[] = []): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'class-names-'));
  const context = { fs: realHost().fs, workingDirectory: folder, temporaryDirectory: folder };
  const listed = (name: string, jars: readonly Jar[]): string => {
    const list = jars.map(({ classes, ...jar }, index) => {
      const path = `${name}-${index}.jar`;
      writeFileSync(join(folder, path), zipOf(classes.map((each) => ({ path: `${each}.class` }))));
      return { ...jar, jar: path };
    });
    writeFileSync(join(folder, `${name}.json`), JSON.stringify(list));
    return `${name}.json`;
  };
  try {
    const first = await classNames(
      ['--mark', 'm', '--out', 'o.json', listed('libraries', libraries)],
      context,
    );
    if (!first.ok) return first.failure.message;
    const second = await classNames(['--mark', 'm', '--known', 'o.json', listed('own', own)], context);
    if (!second.ok) return second.failure.message;
    assert.equal(readFileSync(join(folder, 'm'), 'utf8'), '');
    return 'sound';
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const OKIO = { name: 'x:okio:1', module: 'x:okio' };

test('classes that are in one archive alone are sound, and so are those of other releases of Java', async () => {
  const other = ['META-INF/versions/9/a/B', 'module-info', 'a/package-info'];
  assert.equal(
    await run(
      [
        { ...OKIO, classes: ['a/B', ...other] },
        { name: 'x:z:1', classes: other },
      ],
      [{ name: 'the app', classes: ['a/C'] }],
    ),
    'sound',
  );
});

test('a class of two libraries names both, and what to exclude', async () => {
  const classes = ['A', 'B', 'C', 'D', 'E', 'F'].map((each) => `a/${each}`);
  assert.equal(
    await run([
      { ...OKIO, classes },
      { name: 'x:old:2', module: 'x:old', classes: [...classes, 'a/Z'] },
    ]),
    'duplicate class a.A, a.B, a.C, a.D, a.E and 1 more: in x:okio:1 and in x:old:2\n' +
      '  keep one of the two libraries: exclude: ["x:okio"] or exclude: ["x:old"] where another library asks for it, or take it out of `dependencies`',
  );
});

test('a class of the app names its source', async () => {
  const sources = ['mobile/a/src/main/kotlin/a/B.kt', 'mobile/a/src/main/java/b/B.java'];
  assert.equal(
    await run(
      [{ ...OKIO, classes: ['a/B$Inner'] }],
      [{ name: 'the app', sources, classes: ['a/B$Inner', 'c/D'] }],
    ),
    'duplicate class a.B$Inner: in x:okio:1 and in mobile/a/src/main/kotlin/a/B.kt\n' +
      '  take the file out, or the library: exclude: ["x:okio"] where another library asks for it, or take it out of `dependencies`',
  );
  assert.equal(
    await run(
      [],
      [
        { name: 'the module core', classes: ['c/D'] },
        { name: 'the app', sources, classes: ['c/D'] },
      ],
    ),
    'duplicate class c.D: in the module core and in the app\n  give one of the two another name or package',
  );
});
