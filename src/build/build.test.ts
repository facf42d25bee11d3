import assert from 'node:assert/strict';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { renderDiagnostic } from '../base/index.ts';
import type { ActionDone } from '../event/index.ts';
import { type FileSystem, type Processes, realHost } from '../host/index.ts';
import { knowHost } from '../host/testing.ts';
import { type BuildOutcome, type BuildRequest, build } from './index.ts';
import { sourceProgram } from './testing.ts';

/** A workspace of shell components in a folder of its own, with a store of its own. */
class Rig implements Disposable {
  readonly folder = mkdtempSync(join(tmpdir(), 'mobileops-build-'));
  readonly variables: Record<string, string> = {};
  fs: Partial<FileSystem> = {};
  processes: Partial<Processes> = {};
  outputs: Record<string, string> = {};

  constructor(files: Readonly<Record<string, string>>) {
    knowHost(join(this.folder, 'cache'));
    this.write({
      'build-config.yaml': document('BuildConfiguration', 'test', '  version: "1.0.0"\n'),
      ...files,
    });
  }

  write(files: Readonly<Record<string, string>>): void {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(this.folder, 'ws', path)), { recursive: true });
      writeFileSync(join(this.folder, 'ws', path), text);
    }
  }

  remove(path: string): void {
    rmSync(join(this.folder, 'ws', path), { recursive: true });
  }

  read(path: string): string | undefined {
    const file = join(this.folder, 'ws', path);
    return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
  }

  async build(
    targets: readonly string[] = ['all'],
    request: Partial<BuildRequest> = {},
    finish?: () => void,
  ): Promise<BuildOutcome> {
    const host = realHost();
    const variables = {
      ...host.env.variables,
      MOBILEOPS_CACHE: join(this.folder, 'cache'),
      ...this.variables,
    };
    this.outputs = {};
    return build(
      {
        host: {
          ...host,
          fs: { ...host.fs, ...this.fs },
          processes: { ...host.processes, ...this.processes },
          env: { ...host.env, variables },
        },
        program: sourceProgram,
        sink: (type, payload) => {
          if (type === 'action.finished')
            this.outputs[(payload as ActionDone).id] = (payload as ActionDone).output;
        },
        signal: new AbortController().signal,
        directory: join(this.folder, 'ws'),
      },
      { targets, mode: 'build', keepGoing: true, jobs: 2, ...request },
      finish,
    );
  }

  /** `ran cached` and what is wrong, after a build. */
  async summary(targets?: readonly string[]): Promise<string> {
    const { exitCode, counts, diagnostics } = await this.build(targets);
    const problems = diagnostics
      .filter(({ severity }) => severity === 'error')
      .map((each) => renderDiagnostic(each));
    return [`exit ${exitCode}: ${counts.ran} ran, ${counts.cached} cached`, ...problems].join('\n');
  }

  [Symbol.dispose](): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

function document(kind: string, name: string, spec: string): string {
  return `apiVersion: build.mobileops.io/v1\nkind: ${kind}\nmetadata:\n  name: ${name}\nspec:\n${spec}`;
}

function component(name: string, command: string, extra = ''): Record<string, string> {
  const spec = `${extra}  buildSteps:\n    - name: build\n      command: ${command}\n  artifacts:\n    - name: out\n      path: dist/\n      type: data\n`;
  return {
    [`components/${name}/build.yaml`]: document('ComponentBuild', name, spec),
    [`components/${name}/in`]: `${name}\n`,
  };
}

const COPY = 'mkdir dist && cat in > dist/out';

test('what is removed from the workspace is removed from dist/', async () => {
  using rig = new Rig({ ...component('a', COPY), ...component('b', COPY) });
  assert.equal(await rig.summary(), 'exit 0: 2 ran, 0 cached');
  rig.remove('components/a');
  assert.equal(await rig.summary(['b']), 'exit 0: 0 ran, 0 cached');
  assert.equal(rig.read('dist/components/a/out'), undefined);
  assert.equal(rig.read('dist/components/b/out'), 'b\n');
});

test('work stops early where nothing really changed', async () => {
  const reads = 'mkdir dist && cat $DEPS/component/a/dist/out > dist/out';
  using rig = new Rig({
    ...component('a', 'mkdir dist && grep -v "#" in > dist/out'),
    ...component('b', reads, '  needs: [a]\n'),
  });
  assert.equal(await rig.summary(), 'exit 0: 2 ran, 0 cached');
  rig.write({ 'components/a/in': 'a\n# a comment\n' });
  assert.equal(await rig.summary(), 'exit 0: 1 ran, 1 cached');
  rig.write({ 'components/a/in': 'a\n' });
  assert.equal(await rig.summary(), 'exit 0: 0 ran, 2 cached');
  assert.equal(await rig.summary(), 'exit 0: 0 ran, 0 cached');
  rig.write({ 'components/a/in': 'z\n' });
  assert.equal(await rig.summary(), 'exit 0: 2 ran, 0 cached');
  assert.equal(rig.read('dist/components/b/out'), 'z\n');
});

test('a variable counts where it is declared, and nowhere else', async () => {
  using rig = new Rig(
    component('a', 'mkdir dist && echo "$MODE-$OTHER" > dist/out', "  env: { MODE: '${MODE:-none}' }\n"),
  );
  assert.equal(await rig.summary(), 'exit 0: 1 ran, 0 cached');
  rig.variables.OTHER = 'x';
  assert.equal(await rig.summary(), 'exit 0: 0 ran, 0 cached');
  rig.variables.MODE = 'fast';
  assert.equal(await rig.summary(), 'exit 0: 1 ran, 0 cached');
  assert.equal(rig.read('dist/components/a/out'), 'fast-\n');
  delete rig.variables.MODE;
  assert.equal(await rig.summary(), 'exit 0: 0 ran, 1 cached');
  assert.equal(rig.read('dist/components/a/out'), 'none-\n');
});

test('a link that leaves its artifact is refused', async () => {
  using rig = new Rig(component('a', 'mkdir dist && ln -s /etc/passwd dist/out'));
  assert.equal(
    await rig.summary(),
    'exit 1: 1 ran, 0 cached\nerror[build/bad-artifact] artifact out has a link that leaves it: out -> /etc/passwd',
  );
});

test('a file that is saved between hashing and planning is not planned from', async () => {
  using rig = new Rig({
    ...component('a', 'mkdir dist && bash build.sh > dist/out'),
    'components/a/build.sh': 'echo one\n',
  });
  const path = join(rig.folder, 'ws', 'components/a/build.sh');
  rig.fs = {
    replaceFile: (each, content, mode) => {
      if (each.endsWith('/source-index')) writeFileSync(path, 'echo two\n');
      realHost().fs.replaceFile(each, content, mode);
    },
  };
  const saved = 'error[build/source-changed] changed while it was built';
  assert.match(await rig.summary(), new RegExp(`^exit 1: 0 ran.*\n.*${saved.replace('[', '\\[')}`));
  rig.fs = {};
  assert.equal(await rig.summary(), 'exit 0: 1 ran, 0 cached');
  assert.equal(rig.read('dist/components/a/out'), 'two\n');
});

test('what a build remembers is for its user alone', async () => {
  using rig = new Rig(component('a', COPY, "  env: { TOKEN: '${TOKEN}' }\n"));
  rig.variables.TOKEN = 'hunter2';
  const record = join(rig.folder, 'ws/build-cache/standing.json');
  for (let count = 0; count < 5 && !existsSync(record); count++) await rig.build();
  for (const name of ['workspace.json', 'state.json', 'standing.json', 'standing-sources']) {
    const { mode } = statSync(join(rig.folder, 'ws/build-cache', name));
    assert.equal((mode & 0o777).toString(8), '600', name);
  }
});

test('a store that every user can write to is warned of in each build', async () => {
  using rig = new Rig(component('a', COPY));
  const warnings = async (): Promise<number> =>
    (await rig.build()).diagnostics.filter(({ code }) => code === 'build/shared-store').length;
  assert.equal(await warnings(), 0);
  chmodSync(join(rig.folder, 'cache'), 0o777);
  rig.write({ 'components/a/in': 'other\n' });
  assert.deepEqual([await warnings(), await warnings()], [1, 1]);
});

test('a missing artifact is its step’s failure', async () => {
  using rig = new Rig(component('a', 'echo nothing'));
  const { exitCode, counts } = await rig.build();
  assert.deepEqual([exitCode, counts.failed], [1, 1]);
});

test('what needs a failed target is not started; the rest is built', async () => {
  using rig = new Rig({
    ...component('a', 'exit 3'),
    ...component('b', COPY, '  needs: [a]\n'),
    ...component('c', COPY, '  needs: [b]\n'),
    ...component('d', COPY),
  });
  const { exitCode, targets } = await rig.build();
  assert.equal(exitCode, 1);
  assert.deepEqual(targets.map(({ label, status }) => `${label} ${status}`).sort(), [
    'component:a failed',
    'component:b skipped',
    'component:c skipped',
    'component:d built',
  ]);
});

test('what a step says of its sources is told as they lie in the workspace', async () => {
  using rig = new Rig(component('a', '\'echo "in:1: wrong" && echo "see /w/in" && exit 1\''));
  await rig.build();
  assert.equal(rig.outputs['component:a#build'], 'components/a/in:1: wrong\nsee components/a/in\n');
});

test('a damaged memory of the last build costs time, never a result', async () => {
  using rig = new Rig(component('a', COPY));
  assert.equal(await rig.summary(), 'exit 0: 1 ran, 0 cached');
  for (const damage of ['', '{', '{"version":1}', `${rig.read('build-cache/state.json')}x`]) {
    const names = ['state', 'explanations', 'standing'];
    rig.write(Object.fromEntries(names.map((name) => [`build-cache/${name}.json`, damage])));
    assert.equal(await rig.summary(), 'exit 0: 0 ran, 1 cached');
  }
  assert.equal(rig.read('dist/components/a/out'), 'a\n');
});

test('targets that take no place from each other, and those that do', async () => {
  using rig = new Rig(component('a', COPY));
  const { DistOwners } = await import('./dist-owners.ts');
  const { BuildState } = await import('./state.ts');
  const state = new BuildState(realHost().fs, join(rig.folder, 'ws'));
  const target = (path: string): never => ({ kind: 'unchanged', memo: { artifacts: [{ path }] } }) as never;
  const owners = (paths: Record<string, string>): string[] => {
    const planned = new Map(Object.entries(paths).map(([label, path]) => [label, target(path)]));
    return new DistOwners(planned, state, new Set()).clashes.map(
      ({ path, labels }) => `${path} ${labels.join(' ')}`,
    );
  };
  assert.deepEqual(owners({ a: 'x/a', b: 'x/ab' }), []);
  assert.deepEqual(owners({ a: 'x/a', b: 'x/a' }), ['x/a a b']);
  assert.deepEqual(owners({ a: 'x/a', b: 'x/a/b/c' }), ['x/a/b/c a b']);
});

test('a result that holds untouched sources is found again', async () => {
  using rig = new Rig({
    ...component('a', COPY),
    'components/a/build.yaml': document(
      'ComponentBuild',
      'a',
      '  buildSteps:\n    - name: build\n      command: echo 1 > made\n  outputs: [in, made]\n',
    ),
  });
  assert.equal(await rig.summary(), 'exit 0: 1 ran, 0 cached');
  rig.remove('build-cache');
  rig.remove('dist');
  assert.equal(await rig.summary(), 'exit 0: 0 ran, 1 cached');
  assert.equal(rig.read('dist/components/a/in'), 'a\n');
});

test('what was left is found again only while all of it stands', async () => {
  using rig = new Rig(component('a', COPY));
  const path = (name: string): string => join(rig.folder, 'ws', name);
  const isStanding = async (): Promise<boolean> => {
    let finished = false;
    await rig.build(['all'], {}, () => {
      finished = true;
    });
    return !finished;
  };
  const settled = async (): Promise<void> => {
    for (let round = 0; round < 20; round++) if (await isStanding()) return;
    assert.fail('it never stood');
  };
  const changes: Record<string, () => void> = {
    'a byte': () => rig.write({ 'components/a/in': 'b\n' }),
    'a time': () => utimesSync(path('components/a/in'), 1, 1),
    'a mode': () => chmodSync(path('components/a/in'), 0o755),
    'a new file': () => rig.write({ 'components/a/new': '' }),
    'a file gone': () => rig.remove('components/a/new'),
    'an output edited': () => rig.write({ 'dist/components/a/out': 'x' }),
    'an output gone': () => rig.remove('dist/components/a/out'),
    'a stranger in dist': () => rig.write({ 'dist/components/a/stranger': 'x' }),
    'a variable': () => {
      rig.variables.ANY = 'x';
    },
    'a root file': () => rig.write({ '.gitignore': 'nothing\n' }),
  };
  await settled();
  for (const [name, change] of Object.entries(changes)) {
    change();
    assert.equal(await isStanding(), false, name);
    await settled();
    assert.equal(rig.read('dist/components/a/out'), rig.read('components/a/in'), name);
    assert.equal(rig.read('dist/components/a/stranger'), undefined, name);
  }
});

test('what came and went between a build that stood and the next is not seen by it', async () => {
  using rig = new Rig(component('a', 'mkdir dist && ls > dist/out && ! grep bad dist/out'));
  const record = join(rig.folder, 'ws/build-cache/standing.json');
  const between: Record<string, () => Promise<void>> = {
    'a failed build': async () => assert.match(await rig.summary(), /^exit 1/),
    'a test': async () => assert.equal((await rig.build(['all'], { mode: 'test' })).exitCode, 1),
  };
  for (const [name, look] of Object.entries(between)) {
    rmSync(record, { force: true });
    for (let count = 0; count < 20 && !existsSync(record); count++) await rig.build();
    rig.write({ 'components/a/bad': '' });
    await look();
    rig.remove('components/a/bad');
    rig.write({ 'components/a/in': `${name}\n` });
    assert.match(await rig.summary(), /^exit 0/, name);
    assert.doesNotMatch(rig.read('dist/components/a/out') ?? '', /bad/, name);
  }
});

test('a sandbox that cannot be opened is told to whom it is opened for', async () => {
  using rig = new Rig(component('a', COPY));
  rig.processes = {
    which: (name, path) => (name === 'python3' ? undefined : realHost().processes.which(name, path)),
  };
  await assert.rejects(() => rig.build(), /the sandbox cannot be opened: python3 is missing/);
});
