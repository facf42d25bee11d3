import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import fc from 'fast-check';
import { realHost } from '../../host/index.ts';
import { readSourceMap } from './source-map.ts';
import { v8Lcov } from './v8-lcov.ts';
import { anyRan, ranAt, runMap } from './v8-ranges.ts';

const { fs } = realHost();

/** Runs a program of these files with V8's report, and gives what is told of it: `path: ran | did not`. */
async function check(
  t: TestContext,
  files: Readonly<Record<string, string>>,
  expected: readonly string[],
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'v8-lcov-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  const env = { NODE_V8_COVERAGE: 'v8', PATH: process.env.PATH };
  execFileSync(process.execPath, ['main.mjs'], { cwd: folder, env });
  const context = { fs, workingDirectory: folder, temporaryDirectory: folder };
  const result = await v8Lcov(['v8', 'out.info'], context);
  assert.ok(result.ok, JSON.stringify(result));
  const records = readFileSync(join(folder, 'out.info'), 'utf8').split('end_of_record\n').slice(0, -1);
  const told = records.map((record) => {
    const lines = [...record.matchAll(/^DA:(\d+),(\d)$/gm)];
    const of = (hits: string): string =>
      lines.flatMap(([, line, ran]) => (ran === hits ? [line] : [])).join(' ');
    return `${/^SF:(.*)$/m.exec(record)?.[1]}: ${of('1')} | ${of('0')}`;
  });
  assert.deepEqual(told, expected);
}

const PRETTY = 'export function half(n) {\n  if (n > 2) {\n    return n / 2;\n  }\n\n  return 1;\n}\n';

describe('lines that ran', () => {
  test('of a module and of a package', (t) =>
    check(
      t,
      {
        'main.mjs': "import { half } from './src/half.mjs';\nimport 'other';\nhalf(1);\n",
        'src/half.mjs': PRETTY,
        'src/unseen.mjs': PRETTY,
        'node_modules/other/index.js': '1;\n',
        'node_modules/other/package.json': '{"name": "other"}',
      },
      ['main.mjs: 1 2 3 | ', 'src/half.mjs: 1 2 6 7 | 3 4'],
    ));

  test('of several processes together, and of TypeScript', (t) =>
    check(
      t,
      {
        'main.mjs':
          "import { execFileSync } from 'node:child_process';\nfor (const n of ['1', '3'])\n  execFileSync(process.execPath, ['a.ts', n]);\n",
        'a.ts':
          'const n: number = Number(process.argv[2]);\nif (n > 2) {\n  console.log(n);\n} else {\n  console.log(-n);\n}\nif (n > 8) {\n  console.log(0);\n}\n',
      },
      ['a.ts: 1 2 3 4 5 6 7 | 8 9', 'main.mjs: 1 2 3 | '],
    ));

  // Made of `src/a.ts` by hand: line 1 of the script is line 2 of the source, line 2 line 5.
  const map = { version: 3, sources: ['../src/a.ts'], names: [], mappings: 'AACA;AAGA' };
  const made = 'globalThis.a = 1;\nif (globalThis.b) { console.log(1) }\n';
  test('of sources by a map', (t) =>
    check(
      t,
      {
        'main.mjs': "import './dist/a.mjs';\n",
        'dist/a.mjs': `${made}//# sourceMappingURL=a.mjs.map\n`,
        'dist/a.mjs.map': JSON.stringify(map),
        'src/a.ts': '\n\n\n\n\n',
      },
      ['main.mjs: 1 | ', 'src/a.ts: 2 5 | '],
    ));
  // Of a file that is no JavaScript: line 2 of it is line 1 of what the loader makes, line 5 line 2.
  test('of a file that a loader made into a script', (t) => {
    const loader = `import { registerHooks } from 'node:module';
const map = '${Buffer.from(JSON.stringify({ ...map, sources: ['a.page'] })).toString('base64')}';
registerHooks({ load(url, context, next) {
  if (!url.endsWith('.page')) return next(url, context);
  return { format: 'module', shortCircuit: true, source: \`globalThis.a = 1;\\nif (globalThis.b) { console.log(1) }\\n//# sourceMappingURL=data:application/json;base64,\${map}\\n\` };
} });
await import('./a.page');
`;
    const files = { 'main.mjs': loader, 'a.page': '<page>\n\n\n\n</page>\n' };
    return check(t, files, ['a.page: 2 5 | ', 'main.mjs: 1 2 3 4 5 6 7 | ']);
  });
  test('of nothing, where the source of a map is not there', (t) => {
    const inline = `data:application/json;base64,${Buffer.from(JSON.stringify(map)).toString('base64')}`;
    const files = {
      'main.mjs': "import './dist/a.mjs';\n",
      'dist/a.mjs': `${made}//# sourceMappingURL=${inline}\n`,
    };
    return check(t, files, ['main.mjs: 1 | ']);
  });
  test('of the script, where its map cannot be read', (t) =>
    check(
      t,
      {
        'main.mjs': "import './a.mjs';\n",
        'a.mjs': `${made}//# sourceMappingURL=a.mjs.map\n`,
        'a.mjs.map': '{"version": 3, "sources": [], "mappings": "AACA"}',
      },
      ['a.mjs: 1 2 3 | ', 'main.mjs: 1 | '],
    ));
});

test('a source map of any text is read or refused', () => {
  const digits = fc.string({ unit: fc.constantFrom(...'ABCDgz+/9,;!'), maxLength: 40 });
  fc.assert(
    fc.property(digits, (mappings) => {
      const map = readSourceMap(JSON.stringify({ version: 3, sources: ['a', 'b'], mappings }));
      for (const { source, sourceLine, column } of map?.places ?? [])
        assert.ok([0, 1].includes(source) && sourceLine >= 0 && column >= 0);
    }),
  );
  for (const text of [
    '',
    '[]',
    '{}',
    '{"version":3,"mappings":"","sources":1}',
    '{"version":3,"sections":[]}',
  ])
    assert.equal(readSourceMap(text), undefined);
});

test('what ran is what the innermost range says', () => {
  const bounds = fc.tuple(fc.nat(40), fc.nat(40), fc.nat(1));
  // Ranges of a function lie inside each other or apart: halves of halves do.
  const nested = fc.array(bounds, { maxLength: 12 }).map((all) => {
    const ranges = [{ startOffset: 0, endOffset: 40, count: 1 }];
    for (const [a, b, count] of all) {
      const parent = ranges[a % ranges.length]!;
      const middle = parent.startOffset + Math.floor(((parent.endOffset - parent.startOffset) * (b % 7)) / 7);
      const isApart = ranges.every(
        (each) =>
          each.startOffset >= parent.endOffset ||
          each.endOffset <= middle ||
          (each.startOffset <= middle && each.endOffset >= parent.endOffset) ||
          (each.startOffset >= middle && each.endOffset <= parent.endOffset),
      );
      const isNew = ranges.every(
        (each) => each.startOffset !== middle || each.endOffset !== parent.endOffset,
      );
      if (middle < parent.endOffset && isApart && isNew)
        ranges.push({ startOffset: middle, endOffset: parent.endOffset, count });
    }
    return ranges;
  });
  fc.assert(
    fc.property(nested, fc.nat(39), fc.nat(39), (ranges, offset, other) => {
      const map = runMap({ functions: [{ ranges }] });
      const at = (place: number): boolean => {
        const around = ranges.filter((each) => each.startOffset <= place && place < each.endOffset);
        const least = around.toSorted(
          (a, b) => a.endOffset - a.startOffset - (b.endOffset - b.startOffset),
        )[0];
        return (least?.count ?? 0) > 0;
      };
      assert.equal(ranAt(map, offset), at(offset));
      const [start, end] = [Math.min(offset, other), Math.max(offset, other) + 1];
      const any = Array.from({ length: end - start }, (_, index) => at(start + index)).includes(true);
      assert.equal(anyRan(map, start, end), any);
    }),
  );
});

test('what is no report is refused by its name', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'v8-lcov-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const run = () => v8Lcov(['v8', 'out'], { fs, workingDirectory: folder, temporaryDirectory: folder });
  assert.ok((await run()).ok);
  assert.equal(readFileSync(join(folder, 'out'), 'utf8'), '');
  mkdirSync(join(folder, 'v8'));
  writeFileSync(join(folder, 'v8', 'a.json'), '{"result": 1}');
  const result = await run();
  assert.equal(result.ok ? '' : result.failure.message, 'v8/a.json is no report of V8');
});
