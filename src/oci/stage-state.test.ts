import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ContainerConfig, ImageConfig } from './image.ts';
import type { Step } from './image-plan.ts';
import { applyStep, continueStage, resolvePath, type StageState, startStage } from './stage-state.ts';

const SCOPE = {
  escape: '\\',
  buildArgs: { SET: 'outside' },
  globalArgs: { GLOBAL: 'g', TARGETARCH: 'amd64' },
};
const PATH = 'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

type StepBody = Step extends infer S
  ? S extends { readonly text: string }
    ? Omit<S, 'text'>
    : never
  : never;

function run(start: StageState, steps: readonly StepBody[]): StageState {
  return steps.reduce((state, step) => {
    const next = applyStep(state, { text: '', ...step } as Step, SCOPE);
    assert.ok(next.ok, JSON.stringify(next));
    return next.value;
  }, start);
}

function check(name: string, steps: readonly StepBody[], expected: ContainerConfig): void {
  test(name, () => {
    const { config } = run(startStage('scratch'), steps);
    assert.deepEqual(config, { WorkingDir: '/', Env: [PATH], ...expected });
  });
}

function checkFailure(name: string, step: StepBody, expected: object): void {
  test(name, () => {
    const result = applyStep(startStage('scratch'), { text: '', ...step } as Step, SCOPE);
    assert.deepEqual(result, { ok: false, failure: expected });
  });
}

check('an empty stage', [], {});
check(
  'variables see what was set before the instruction',
  [
    { do: 'env', pairs: [['a', 'hello']] },
    {
      do: 'env',
      pairs: [
        ['a', 'bye'],
        ['b', '$a'],
      ],
    },
    { do: 'env', pairs: [['c', '"$a $b"']] },
  ],
  { Env: [PATH, 'a=bye', 'b=hello', 'c=bye hello'] },
);
check(
  'ENV wins over ARG',
  [
    { do: 'arg', args: [{ name: 'V', word: 'arg' }] },
    { do: 'env', pairs: [['V', 'env']] },
    { do: 'label', pairs: [['v', '$V']] },
  ],
  { Env: [PATH, 'V=env'], Labels: { v: 'env' } },
);
check(
  'an ARG after it wins over ENV, until the next ENV',
  [
    { do: 'env', pairs: [['V', 'env']] },
    { do: 'arg', args: [{ name: 'V', word: 'arg' }] },
    { do: 'label', pairs: [['v', '$V']] },
    { do: 'env', pairs: [['V', 'again']] },
    { do: 'label', pairs: [['w', '$V']] },
  ],
  { Env: [PATH, 'V=again'], Labels: { v: 'arg', w: 'again' } },
);
check(
  'an ARG takes its default, the value from outside, or that of before FROM',
  [
    {
      do: 'arg',
      args: [
        { name: 'A', word: '${GLOBAL:-d}' },
        { name: 'SET', word: 'x' },
        { name: 'GLOBAL' },
        { name: 'B', word: '$GLOBAL' },
        { name: 'NONE' },
      ],
    },
    { do: 'label', pairs: [['all', '$A-$SET-$GLOBAL-$B-$NONE-$TARGETARCH']] },
  ],
  { Labels: { all: 'd-outside-g-g--' } },
);
check(
  "an ENTRYPOINT drops the base image's CMD, not the stage's own",
  [
    { do: 'cmd', command: { form: 'exec', argv: ['serve'] } },
    { do: 'entrypoint', command: { form: 'shell', script: 'exec x' } },
  ],
  { Cmd: ['serve'], Entrypoint: ['/bin/sh', '-c', 'exec x'] },
);
check(
  'the shell in force runs the shell form',
  [
    { do: 'shell', argv: ['/bin/bash', '-ec'] },
    { do: 'cmd', command: { form: 'shell', script: 'echo $HOME' } },
  ],
  { Shell: ['/bin/bash', '-ec'], Cmd: ['/bin/bash', '-ec', 'echo $HOME'] },
);
check('ports', [{ do: 'expose', words: ['80', '8000-8002/udp', '443/TCP'] }], {
  ExposedPorts: { '80/tcp': {}, '8000/udp': {}, '8001/udp': {}, '8002/udp': {}, '443/tcp': {} },
});
check(
  'paths, user, signal, volumes',
  [
    { do: 'workdir', word: 'a' },
    { do: 'workdir', word: '../b/./c/' },
    { do: 'user', word: '1000:${NONE:-7}' },
    { do: 'stopsignal', word: 'SIGRTMIN+3' },
    { do: 'volume', words: ['/data', '/log'] },
  ],
  { WorkingDir: '/b/c', User: '1000:7', StopSignal: 'SIGRTMIN+3', Volumes: { '/data': {}, '/log': {} } },
);
check(
  'ports of older builders, and triggers',
  [
    { do: 'expose', words: ['127.0.0.1:80:8080', '90:9090/UDP'] },
    { do: 'onbuild', trigger: 'RUN make' },
  ],
  { ExposedPorts: { '8080/tcp': {}, '9090/udp': {} }, OnBuild: ['RUN make'] },
);
check(
  'a health check',
  [
    {
      do: 'healthcheck',
      check: { command: { form: 'shell', script: 'curl x' }, intervalNs: 5e9, retries: 2 },
    },
  ],
  {
    Healthcheck: { Test: ['CMD-SHELL', 'curl x'], Interval: 5e9, Retries: 2 },
  },
);
check('no health check', [{ do: 'healthcheck', check: {} }], { Healthcheck: { Test: ['NONE'] } });

checkFailure(
  'port 0',
  { do: 'expose', words: ['0'] },
  { kind: 'invalid', message: '0 is not a port or a range of ports' },
);
checkFailure(
  'ports backwards',
  { do: 'expose', words: ['9-8'] },
  { kind: 'invalid', message: '9-8 is not a port or a range of ports' },
);
checkFailure(
  'a port too high',
  { do: 'expose', words: ['65536'] },
  { kind: 'invalid', message: '65536 is not a port or a range of ports' },
);
checkFailure(
  'no signal',
  { do: 'stopsignal', word: 'TERM now' },
  { kind: 'invalid', message: 'TERM now is not a signal' },
);
checkFailure(
  'an empty volume',
  { do: 'volume', words: ['$NONE'] },
  { kind: 'invalid', message: 'a volume has an empty path' },
);
checkFailure(
  'a required value',
  { do: 'user', word: '${NONE:?who}' },
  { kind: 'required', name: 'NONE', message: 'who' },
);

test('a stage on an image inherits its config, and its CMD is dropped by an ENTRYPOINT', () => {
  const base: ImageConfig = {
    architecture: 'amd64',
    os: 'linux',
    author: 'me',
    config: { Env: ['PATH=/bin', 'HOME=/h'], Cmd: ['x'], User: 'u', Shell: ['/bin/ash', '-c'] },
    rootfs: { type: 'layers', diff_ids: [] },
  };
  const state = run(startStage(base), [
    { do: 'entrypoint', command: { form: 'shell', script: 's' } },
    { do: 'env', pairs: [['PATH', '$PATH:$HOME']] },
  ]);
  assert.deepEqual(state.config, {
    Env: ['PATH=/bin:/h', 'HOME=/h'],
    User: 'u',
    Shell: ['/bin/ash', '-c'],
    Entrypoint: ['/bin/ash', '-c', 's'],
  });
  assert.equal(state.author, 'me');
});

test('ARGs and ENVs of a stage go on in those that stand on it', () => {
  const first = run(startStage('scratch'), [
    { do: 'arg', args: [{ name: 'A', word: '1' }] },
    { do: 'env', pairs: [['E', '$A']] },
  ]);
  assert.deepEqual(run(continueStage(first), [{ do: 'label', pairs: [['l', '[$A$E]']] }]).config.Labels, {
    l: '[11]',
  });
});

test('on an unknown image an undeclared variable is unknown', () => {
  const result = applyStep(startStage('unknown'), { text: '', do: 'user', word: '$WHO' }, SCOPE);
  assert.deepEqual(result, { ok: false, failure: { kind: 'unknown', name: 'WHO' } });
});

test('paths are absolute and cannot leave the root', () => {
  assert.deepEqual(
    [
      resolvePath(undefined, 'a'),
      resolvePath('/x', '../../a'),
      resolvePath('/x', '/b/'),
      resolvePath('/x', '.'),
    ],
    ['/a', '/a', '/b', '/x'],
  );
});
