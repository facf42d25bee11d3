import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { FOLDER_BIT, parseMode } from './file-mode.ts';
import { MEDIA_TYPES } from './image.ts';
import type { MountWords, Step } from './image-plan.ts';
import { runContext } from './run-context.ts';
import { parseRunLayer, runLayerText } from './run-layer.ts';
import { type MountPlace, readMount } from './run-mount.ts';
import { applySteps, parseStageState, type StageState, stageStateText, startStage } from './stage-state.ts';

const PLACE: MountPlace = {
  expand: (word) =>
    word === '$BASE'
      ? { ok: false, failure: { kind: 'unknown', name: 'BASE' } }
      : { ok: true, value: word.replace('$HOME', '/home') },
  resolve: (path) => (path.startsWith('/') ? path : `/w/${path}`),
};

function fieldsOf(text: string): MountWords {
  const fields = text.split(',').map((field): [string, string?] => {
    const [key = '', ...value] = field.split('=');
    return field.includes('=') ? [key, value.join('=')] : [key];
  });
  return { fields };
}

function checkMount(text: string, expected: object): void {
  test(`mount ${text}`, () =>
    assert.deepEqual(readMount(fieldsOf(text), PLACE), { ok: true, value: expected }));
}

function checkRefused(text: string, field: number, message: string, hint: string): void {
  test(`mount ${text}`, () => {
    const failure = { kind: 'mount', field, message, hint };
    assert.deepEqual(readMount(fieldsOf(text), PLACE), { ok: false, failure });
  });
}

checkMount('target=/x', { type: 'bind', target: '/x', source: '/', isReadOnly: true });
checkMount('type=bind,dst=x,src=./a//b/,rw', {
  type: 'bind',
  target: '/w/x',
  source: '/a/b',
  isReadOnly: false,
});
checkMount('type=bind,target=/x,readonly=false', {
  type: 'bind',
  target: '/x',
  source: '/',
  isReadOnly: false,
});
checkMount('type=cache,target=/var/cache/', {
  type: 'cache',
  id: '/var/cache',
  target: '/var/cache/',
  source: '/',
  isReadOnly: false,
  sharing: 'shared',
  mode: 0o755,
  uid: 0,
  gid: 0,
});
checkMount('type=CACHE,id=pip,target=$HOME/p,sharing=Locked,mode=1777,uid=7,gid=8,ro,source=/s', {
  type: 'cache',
  id: 'pip',
  target: '/home/p',
  source: '/s',
  isReadOnly: true,
  sharing: 'locked',
  mode: 0o1777,
  uid: 7,
  gid: 8,
});
checkMount('type=tmpfs,target=/t', { type: 'tmpfs', target: '/t' });
checkMount('type=tmpfs,target=/t,size=64m', { type: 'tmpfs', target: '/t', sizeBytes: 64 * 2 ** 20 });
const SECRET = { type: 'secret', isRequired: false, mode: 0o400, uid: 0, gid: 0 };
checkMount('type=secret,id=npmrc', { ...SECRET, id: 'npmrc', target: '/run/secrets/npmrc' });
checkMount('type=secret,target=/home/.npmrc', { ...SECRET, id: '.npmrc', target: '/home/.npmrc' });
checkMount('type=secret,id=a/b,env=TOKEN,required', { ...SECRET, id: 'a/b', env: 'TOKEN', isRequired: true });
checkMount('type=secret,id=t,env=TOKEN,target=/t,mode=0440,uid=1', {
  ...SECRET,
  id: 't',
  env: 'TOKEN',
  target: '/t',
  mode: 0o440,
  uid: 1,
});

checkRefused(
  'type=ssh',
  0,
  'mounts of type ssh are not supported',
  'an agent cannot be part of a build that is repeated; use --mount=type=secret',
);
checkRefused('target=/x,type=cahce', 1, 'there is no mount of type cahce', 'did you mean cache?');
checkRefused(
  'type=bind,target=/x,sharing=locked',
  2,
  'a mount of type bind has no option sharing',
  'its options are target, source, from, readonly, readwrite',
);
checkRefused('type=cache,targt=/x', 1, 'a mount of type cache has no option targt', 'did you mean target?');
checkRefused('type=cache', -1, 'the mount has no target', 'write target=/path');
checkRefused('type=cache,target=/', 1, 'a mount cannot lie over the root', 'write target=/path');
checkRefused(
  'type=cache,target=/x,sharing=lock',
  2,
  'there is no sharing lock',
  'write shared, private, locked',
);
checkRefused('type=cache,target=/x,mode=rwx', 2, 'rwx is not an octal mode', 'write for example mode=0755');
checkRefused('type=cache,target=/x,uid=me', 2, 'me is not the number of a user', 'write uid=1000');
checkRefused('type=cache,target', 1, 'target has no value', 'write target=value');
checkRefused('type=tmpfs,target=/x,size=big', 2, 'big is not a size', 'write for example size=64m');
checkRefused('type=secret', -1, 'the secret has no name', 'write id=name');
checkRefused(
  'type=bind,target=/x,ro=maybe',
  2,
  'maybe is neither true nor false',
  'write readonly, or readonly=false',
);

test('a value that is not known yet passes through', () => {
  const result = readMount(fieldsOf('type=cache,target=$BASE'), PLACE);
  assert.deepEqual(result, { ok: false, failure: { kind: 'unknown', name: 'BASE' } });
});

test('any mount is read or refused', () => {
  const part = fc.constantFrom(
    'type',
    '=',
    ',',
    'cache',
    'secret',
    'tmpfs',
    'target',
    '/x',
    'ro',
    'size',
    '1',
    'id',
    'env',
    '$',
    '',
  );
  fc.assert(
    fc.property(fc.array(part, { maxLength: 12 }), (parts) => {
      assert.equal(typeof readMount(fieldsOf(parts.join('')), PLACE).ok, 'boolean');
    }),
    { numRuns: 2000 },
  );
});

function checkMode(text: string, before: number, expected: number | undefined): void {
  test(`mode ${text} of ${before.toString(8)}`, () => {
    const after = parseMode(text)?.(before);
    assert.equal(after === undefined ? undefined : after & 0o7777, expected);
  });
}

checkMode('0755', 0o600, 0o755);
checkMode('4755', 0o600, 0o4755);
checkMode('17777', 0, undefined);
checkMode('a+x', 0o644, 0o755);
checkMode('+x', 0o640, 0o751);
checkMode('u=rwX,go=rX', 0o600, 0o644);
checkMode('u=rwX,go=rX', 0o600 | FOLDER_BIT, 0o755);
checkMode('go-w', 0o666, 0o644);
checkMode('u=rwx,go=u-w', 0o644, 0o755);
checkMode('g=u', 0o640, 0o660);
checkMode('g+s', 0o755, 0o2755);
checkMode('u+s,o+t', 0o755, 0o4755);
checkMode('+t', 0o755, 0o1755);
checkMode('=', 0o4755, 0);
checkMode('u+rw-x', 0o700, 0o600);
checkMode('8', 0, undefined);
checkMode('rwx', 0, undefined);
checkMode('u', 0, undefined);
checkMode('', 0, undefined);

const SCOPE = { escape: '\\', buildArgs: { SET: 'outside', https_proxy: 'http://p' }, globalArgs: {} };

function stateAfter(steps: readonly object[]): StageState {
  const all = steps.map((step) => ({ text: '', ...step }) as Step);
  const state = applySteps(startStage('scratch'), all, SCOPE);
  assert.ok(state.ok);
  return state.value;
}

test('a RUN gets the shell, the environment and what was declared', () => {
  const state = stateAfter([
    {
      do: 'env',
      pairs: [
        ['HOME', '/h'],
        ['A', 'env'],
      ],
    },
    { do: 'arg', args: [{ name: 'A', word: 'arg' }, { name: 'SET' }, { name: 'NONE' }] },
    { do: 'shell', argv: ['/bin/bash', '-ec'] },
    { do: 'user', word: 'app:1000' },
    { do: 'workdir', word: '/w' },
  ]);
  const mounts = [fieldsOf('type=cache,target=$HOME/.cache')];
  const run = { command: { form: 'shell', script: 'echo' }, mounts, network: 'none' } as const;
  const context = runContext(state, run, SCOPE);
  assert.ok(context.ok);
  assert.deepEqual(context.value, {
    argv: ['/bin/bash', '-ec', 'echo'],
    env: {
      HTTPS_PROXY: 'http://p',
      https_proxy: 'http://p',
      PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
      HOME: '/h',
      A: 'arg',
      SET: 'outside',
    },
    workingDirectory: '/w',
    user: 'app:1000',
    network: 'none',
    mounts: [
      {
        type: 'cache',
        id: '/h/.cache',
        target: '/h/.cache',
        source: '/',
        isReadOnly: false,
        sharing: 'shared',
        mode: 0o755,
        uid: 0,
        gid: 0,
      },
    ],
  });
});

test('the state of a stage survives being written down', () => {
  const state = stateAfter([{ do: 'arg', args: [{ name: 'NONE' }, { name: '__proto__', word: 'x' }] }]);
  assert.deepEqual(parseStageState(stageStateText(state)), state);
  assert.equal(parseStageState('{}'), undefined);
});

test('what a RUN left is read as it was written', () => {
  const digest = `sha256:${'a'.repeat(64)}`;
  const layer = {
    descriptor: { mediaType: MEDIA_TYPES.layer, digest, size: 7 },
    diffId: digest,
    blob: 'layer.tar.gz',
  };
  assert.deepEqual(parseRunLayer(runLayerText(layer)), layer);
  assert.equal(parseRunLayer(runLayerText(undefined)), 'unchanged');
  for (const bad of [
    '',
    '[]',
    '1',
    runLayerText({ ...layer, blob: '../x' }),
    runLayerText({ ...layer, diffId: 'x' }),
  ])
    assert.equal(parseRunLayer(bad), undefined, bad);
});
