import assert from 'node:assert/strict';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { sourceProgram } from '../../build/testing.ts';
import { type Host, realHost } from '../../host/index.ts';
import { knowHost } from '../../host/testing.ts';
import { runCli } from '../run-cli.ts';

/** `why` after each situation that a target can come into: the reason is the true one. */

/** A workspace of shell components `a` and `b`, which needs `a`, with a store of its own. */
class Rig implements Disposable {
  readonly folder = mkdtempSync(join(tmpdir(), 'mobileops-why-'));
  readonly variables: Record<string, string> = {};
  readonly #day = today();

  constructor() {
    knowHost(join(this.folder, 'cache'));
    this.write('ws/build-config.yaml', document('BuildConfiguration', 'test', '  version: "1.0.0"\n'));
    this.write('ws/components/a/in', 'one\n');
    this.write('ws/components/b/in', 'b\n');
    this.component('a', 'cat in > out');
    this.component('b', 'cat in /deps/component/a/out > out', '  needs: [component:a]\n');
  }

  component(name: string, command: string, extra = ''): void {
    const steps = `  buildSteps:\n    - name: s\n      command: ${command}\n`;
    const artifacts = `  outputs: [out]\n  artifacts:\n    - name: out\n      path: out\n      type: data\n`;
    const text = document('ComponentBuild', name, `${extra}${steps}${artifacts}`);
    this.write(`ws/components/${name}/build.yaml`, text);
  }

  write(path: string, text: string): void {
    mkdirSync(dirname(join(this.folder, path)), { recursive: true });
    writeFileSync(join(this.folder, path), text);
  }

  remove(path: string): void {
    rmSync(join(this.folder, path), { recursive: true });
  }

  /** Changes the bytes of each stored file of an area. */
  damage(area: 'ac' | 'cas'): void {
    const folder = join(this.folder, 'cache', area);
    for (const path of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
      if (!/[0-9a-f]{64}$/.test(path)) continue;
      const bytes = readFileSync(join(folder, path));
      bytes[bytes.length - 1]! ^= 1;
      chmodSync(join(folder, path), 0o644);
      writeFileSync(join(folder, path), bytes);
      chmodSync(join(folder, path), 0o644);
    }
  }

  async run(line: string, signal = new AbortController().signal): Promise<string> {
    let text = '';
    const output = {
      isTerminal: false,
      write: (more: string) => {
        text += more;
      },
      columns: () => 80,
      rows: () => 24,
    };
    const words = [...line.split(' '), '-C', join(this.folder, 'ws')];
    const loadHost = async (): Promise<Host> => this.#host();
    const exitCode = await runCli({
      words,
      loadHost,
      variables: {},
      program: sourceProgram,
      stdout: output,
      stderr: output,
      signal,
    });
    return `${exitCode}\n${text}`;
  }

  #host(): Host {
    const host = realHost();
    const variables = { PATH: process.env.PATH ?? '', MOBILEOPS_CACHE: join(this.folder, 'cache') };
    return { ...host, env: { ...host.env, variables: { ...variables, ...this.variables } } };
  }

  async build(expected = 0): Promise<void> {
    const said = await this.run('build all -k');
    assert.ok(said.startsWith(`${expected}\n`), said);
  }

  async gc(): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, 20));
    const said = await this.run('cache gc --max-size 1B --grace 1ms');
    assert.match(said, /^0\nremoved 2 results/);
  }

  /** The answer without times, durations and days. */
  async why(label: string): Promise<string> {
    const said = await this.run(`why ${label}`);
    return said
      .replace(/^0\n/, '')
      .replaceAll(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d( UTC)?/g, 'TIME')
      .replaceAll(this.#day, 'TODAY')
      .replaceAll(today(), 'TODAY')
      .replaceAll(/(in|after) [0-9.]+m?s/g, '$1 A WHILE')
      .trimEnd();
  }

  [Symbol.dispose](): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

function today(): string {
  return new Date().toISOString().slice(0, 10);
}

function document(kind: string, name: string, spec: string): string {
  return `apiVersion: build.mobileops.io/v1\nkind: ${kind}\nmetadata:\n  name: ${name}\nspec:\n${spec}`;
}

interface Situation {
  readonly name: string;
  /** After a first build of all. */
  readonly happens: (rig: Rig) => Promise<void> | void;
  /** Exit code of the build that follows; no build where it is absent. */
  readonly exitCode?: number;
  readonly asked?: string;
  readonly answer: readonly string[];
}

const SINCE_A = 'Since TIME no build found anything changed that component:a depends on.';
const SINCE_B = 'Since TIME no build found anything changed that component:b depends on.';
const RAN_A = 'component:a#s ran in A WHILE on TIME because';
const FOUND = '  its inputs are those of an earlier run, whose result was in the store';
/** Also the results in dist/ and what the workspace remembers of its targets, so that actions are asked for again. */
const forgetTargets = (rig: Rig): void => {
  rig.remove('ws/dist');
  rig.remove('ws/build-cache/state.json');
};

const SITUATIONS: readonly Situation[] = [
  {
    name: 'the first build',
    happens: () => {},
    answer: [RAN_A, '  no earlier build of it is known in this workspace', SINCE_A],
  },
  {
    name: 'nothing changed',
    happens: () => {},
    exitCode: 0,
    answer: [RAN_A, '  no earlier build of it is known in this workspace', SINCE_A],
  },
  {
    name: 'a file changed',
    happens: (rig) => rig.write('ws/components/a/in', 'two\n'),
    exitCode: 0,
    answer: [RAN_A, '  in changed', SINCE_A],
  },
  {
    name: 'a file is new',
    happens: (rig) => rig.write('ws/components/a/other', ''),
    exitCode: 0,
    answer: [RAN_A, '  other is new', SINCE_A],
  },
  {
    name: 'early cut-off: what it needs was built again, to the same bytes',
    happens: (rig) => rig.write('ws/components/a/other', ''),
    exitCode: 0,
    asked: 'component:b',
    answer: ['component:b#s was taken from the store on TIME because', FOUND, SINCE_B],
  },
  {
    name: 'a change was reverted',
    happens: async (rig) => {
      rig.write('ws/components/a/in', 'two\n');
      await rig.build();
      rig.write('ws/components/a/in', 'one\n');
    },
    exitCode: 0,
    answer: [
      'component:a#s was taken from the store on TIME because',
      FOUND,
      '  since it was last asked for here: in changed',
      SINCE_A,
    ],
  },
  {
    name: 'the command changed',
    happens: (rig) => rig.component('a', 'cat in in > out'),
    exitCode: 0,
    answer: [RAN_A, '  its command changed', '  build.yaml changed', SINCE_A],
  },
  {
    name: 'a variable changed',
    happens: async (rig) => {
      rig.component('a', 'cat in > out', '  env:\n    MODE: "${MODE:-x}"\n');
      await rig.build();
      rig.variables.MODE = 'y';
    },
    exitCode: 0,
    answer: [RAN_A, '  variable MODE changed', SINCE_A],
  },
  {
    name: 'a setting changed',
    happens: (rig) => rig.component('a', 'cat in > out', '  timeout: 7s\n'),
    exitCode: 0,
    answer: [RAN_A, '  build.yaml changed', '  its time limit changed', SINCE_A],
  },
  {
    name: 'a need went',
    happens: (rig) => rig.component('b', 'cat in /deps/component/a/out > out || true'),
    exitCode: 0,
    asked: 'component:b',
    answer: [
      'component:b#s ran in A WHILE on TIME because',
      '  its command changed',
      '  variable DEPS is gone',
      '  variable DEPS_COMPONENT_A is gone',
      '  build.yaml changed',
      '  /deps/component/a is gone',
      SINCE_B,
    ],
  },
  {
    name: 'an output was deleted',
    happens: (rig) => rig.remove('ws/dist/components/a/out'),
    exitCode: 0,
    answer: [
      RAN_A,
      '  no earlier build of it is known in this workspace',
      'component:a had something put back from the store on TIME because',
      '  dist/components/a was missing or not as it was left',
      SINCE_A,
    ],
  },
  {
    name: 'gc removed the result',
    happens: async (rig) => {
      await rig.gc();
      forgetTargets(rig);
    },
    exitCode: 0,
    answer: [
      RAN_A,
      '  nothing it depends on changed',
      '  its result was removed by `cache gc` on TODAY',
      SINCE_A,
    ],
  },
  {
    name: 'the store was cleared, long after a gc',
    happens: async (rig) => {
      await rig.gc();
      forgetTargets(rig);
      await rig.build();
      await rig.run('cache clear');
      forgetTargets(rig);
    },
    exitCode: 0,
    answer: [
      RAN_A,
      '  nothing it depends on changed',
      '  its result was removed by `cache clear` on TODAY',
      SINCE_A,
    ],
  },
  {
    name: 'the store was deleted by hand, long after a gc',
    happens: async (rig) => {
      await rig.gc();
      forgetTargets(rig);
      await rig.build();
      rig.remove('cache/ac');
      forgetTargets(rig);
    },
    exitCode: 0,
    answer: [RAN_A, '  nothing it depends on changed, and the store did not hold its result', SINCE_A],
  },
  {
    name: 'verify removed the result',
    happens: async (rig) => {
      rig.damage('ac');
      await rig.run('cache verify');
      forgetTargets(rig);
    },
    exitCode: 0,
    answer: [
      RAN_A,
      '  nothing it depends on changed',
      '  its result was found damaged and removed by `cache verify` on TODAY',
      SINCE_A,
    ],
  },
  {
    name: 'verify removed what the result names',
    happens: async (rig) => {
      rig.damage('cas');
      await rig.run('cache verify');
      forgetTargets(rig);
    },
    exitCode: 0,
    answer: [
      RAN_A,
      '  nothing it depends on changed',
      '  a part of its result was found damaged and removed by `cache verify` on TODAY',
      SINCE_A,
    ],
  },
  {
    name: 'the result was found damaged',
    happens: (rig) => {
      rig.damage('ac');
      forgetTargets(rig);
    },
    exitCode: 0,
    answer: [
      RAN_A,
      '  nothing it depends on changed',
      '  its result was found damaged in the store and removed on TODAY',
      SINCE_A,
    ],
  },
  {
    name: 'the action failed',
    happens: (rig) => rig.component('a', 'exit 4'),
    exitCode: 1,
    answer: [
      'component:a#s failed after A WHILE on TIME; it ran because',
      '  its command changed',
      '  build.yaml changed',
    ],
  },
  {
    name: 'it failed before',
    happens: async (rig) => {
      rig.component('a', '"[ -e /proc/nothing ]"');
      await rig.build(1);
    },
    exitCode: 1,
    answer: [
      'component:a#s failed after A WHILE on TIME; it ran because',
      '  it failed when it last ran, and nothing it depends on changed since',
    ],
  },
  {
    name: 'a need failed',
    happens: (rig) => rig.component('a', 'exit 4'),
    exitCode: 1,
    asked: 'component:b',
    answer: ['component:b#s was not run on TIME because', '  it needs component:a#s, which failed'],
  },
  {
    name: 'a need failed, and was put right by a revert',
    happens: async (rig) => {
      rig.component('a', 'exit 4');
      await rig.build(1);
      rig.component('a', 'cat in > out');
    },
    exitCode: 0,
    asked: 'component:b',
    answer: [
      'component:b#s was not run on TIME because',
      '  it needs component:a#s, which failed',
      'component:b needed no action on TIME because',
      '  all it depends on was again as in its last good build, whose results stand',
      SINCE_B,
    ],
  },
  {
    name: 'it was refused',
    happens: (rig) => rig.write('ws/docker/Dockerfile.x', 'FROM scratch\nRUNN true\n'),
    exitCode: 2,
    asked: 'image:x',
    answer: [
      'image:x was refused on TIME because',
      '  image/unknown-instruction: there is no instruction RUNN',
    ],
  },
  {
    name: 'a need was refused',
    happens: (rig) => {
      rig.write('ws/docker/Dockerfile.x', 'FROM scratch\nRUNN true\n');
      rig.component('c', 'echo 1 > out', '  needs: [image:x]\n');
    },
    exitCode: 2,
    asked: 'component:c',
    answer: ['component:c was not built on TIME because', '  it needs image:x, which could not be built'],
  },
  {
    name: 'it was interrupted',
    happens: async (rig) => {
      rig.component('a', 'sleep 100');
      const stop = new AbortController();
      const events = join(rig.folder, 'events');
      let isOver = false;
      const building = rig.run(`build all --events ${events}`, stop.signal).finally(() => {
        isOver = true;
      });
      const isRunning = (): boolean =>
        existsSync(events) && readFileSync(events, 'utf8').includes('"action.started"');
      while (!isOver && !isRunning()) await new Promise((resolve) => setTimeout(resolve, 10));
      stop.abort();
      assert.match(await building, /^130/);
    },
    answer: [
      'component:a#s was interrupted after A WHILE on TIME; it ran because',
      '  its command changed',
      '  build.yaml changed',
    ],
  },
];

for (const { name, happens, exitCode, asked = 'component:a', answer } of SITUATIONS) {
  test(`why, when ${name}`, async () => {
    using rig = new Rig();
    await rig.build();
    await happens(rig);
    if (exitCode !== undefined) await rig.build(exitCode);
    assert.equal(await rig.why(asked), answer.join('\n'));
  });
}
