/** What a person sees for each kind of wrong file. `UPDATE_GOLDEN=1` writes the expected texts anew, never under CI. */
import assert from 'node:assert/strict';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { renderDiagnostic } from '../src/base/index.ts';
import { buildGraph, selectTargets } from '../src/graph/index.ts';
import { type FileSystem, realHost } from '../src/host/index.ts';
import { loadWorkspace } from '../src/workspace/index.ts';

const GOLDEN = join(import.meta.dirname, 'golden', 'diagnostics');
const UPDATE = process.env.UPDATE_GOLDEN === '1' && !process.env.CI;
const { fs } = realHost();

interface Case {
  /** By path; a folder where the content is `null`, a link where it is `{ link }`. Valid files are added. */
  readonly files: Readonly<Record<string, string | Buffer | null | { readonly link: string }>>;
  readonly variables?: Readonly<Record<string, string>>;
  /** Words of the command line. */
  readonly words?: readonly string[];
  readonly fileSystem?: FileSystem;
}

const HEAD = 'apiVersion: build.mobileops.io/v1\n';
const GLOBAL = `${HEAD}kind: BuildConfiguration
metadata:
  name: demo
spec:
  version: "1.0.0"
`;
const component = (name: string, spec = ''): string =>
  `${HEAD}kind: ComponentBuild
metadata:
  name: ${name}
spec:
  buildSteps:
    - name: build
      command: ./build.sh
${spec}`;
const one = (text: string | Buffer): Case => ({ files: { 'components/core/build.yaml': text } });
const global = (spec: string): Case => ({ files: { 'build-config.yaml': GLOBAL + spec } });

const bomb = Array.from({ length: 9 }, (_, level) =>
  level === 0
    ? '  l0: &l0 [a, a, a, a, a, a, a, a, a]'
    : `  l${level}: &l${level} [${Array.from({ length: 9 }, () => `*l${level - 1}`).join(', ')}]`,
).join('\n');

const CASES: Readonly<Record<string, Case>> = {
  'unknown-key': one(component('core', '  artefacts: []\n  colour: red\n')),
  'unknown-nested-key': global(
    '  artifacts:\n    - name: scripts\n      type: tarball\n      path: dist/\n      compresion: gzip\n',
  ),
  'wrong-type': global(
    '  buildSteps: yes\n  quality:\n    codeQuality:\n      enabled: 1\n      threshold: high\n',
  ),
  'wrong-type-quotes': { files: { 'build-config.yaml': GLOBAL.replace('"1.0.0"', '1.0') } },
  'bad-version': { files: { 'build-config.yaml': GLOBAL.replace('1.0.0', '1.0') } },
  'bad-unit': global('  quality:\n    performanceTest:\n      maxResponseTime: 200msec\n'),
  'bad-size': one(component('core', '  timeout: 10\n  resources:\n    memory: 2 gigabytes\n')),
  'out-of-range': global('  quality:\n    testCoverage:\n      threshold: 120\n'),
  'unresolvable-needs': {
    files: {
      'components/core/build.yaml': component('core', '  needs: [netwrok, image:base]\n'),
      'components/network/build.yaml': component('network'),
    },
  },
  'ambiguous-needs': {
    files: {
      'components/core/build.yaml': component('core', '  needs: [web]\n'),
      'components/web/build.sh': '#!/bin/sh\n',
      'mobile/web/gradlew': '#!/bin/sh\n',
    },
  },
  'bad-label': {
    ...one(component('core', '  needs: [componnet:core, "image:"]\n')),
    words: ['app:', 'core:x'],
  },
  'unknown-target': {
    files: { 'components/network/build.sh': '#!/bin/sh\n' },
    words: ['netwrk', 'image:base'],
  },
  cycle: {
    files: {
      'components/a/build.yaml': component('a', '  needs: [b]\n'),
      'components/b/build.yaml': component('b', '  needs:\n    - component:c\n'),
      'components/c/build.yaml': component('c', '  needs: [a]\n'),
      'components/d/build.yaml': component('d', '  needs: [d, a]\n'),
    },
  },
  'image-cycle': {
    files: {
      'docker/Dockerfile.base': 'FROM mobileops-ai:latest\n',
      'docker/Dockerfile.ai': '# syntax\nFROM scratch AS x\nCOPY --from=mobileops-base /a /a\n',
    },
  },
  'missing-script': global('  buildSteps:\n    - name: setup\n      command: ./scripts/setup.sh --fast\n'),
  'missing-file': global('  dependencies:\n    python:\n      - requirements.txt\n'),
  'missing-key': one(`${HEAD}kind: ComponentBuild\nmetadata: {}\nspec:\n  buildSteps:\n    - name: build\n`),
  'missing-configuration': { files: { 'build-config.yaml': null, 'components/core/build.sh': '' } },
  'duplicate-name': {
    files: {
      'components/core/build.yaml': component('core'),
      'components/kern/build.yaml': component('core'),
    },
  },
  'duplicate-step': one(
    component('core').replace(
      'command: ./build.sh\n',
      'command: ./build.sh\n    - name: build\n      command: make\n',
    ),
  ),
  'two-files-for-image': {
    files: {
      'docker/Dockerfile.base': 'FROM scratch\n',
      'docker/base.yaml': `${HEAD}kind: ImageBuild\nmetadata:\n  name: base\n`,
    },
  },
  'undefined-variable': global(
    '  artifacts:\n    - name: images\n      type: container\n      tags: ["latest", "${BUILD_VERSION}-${BRANCH}"]\n',
  ),
  'bad-variable': one(component('core', '  env:\n    A: ${not-a-name}\n    B: ${\n')),
  unreadable: {
    ...one(component('core')),
    fileSystem: {
      ...fs,
      readFile: (path) => {
        if (path.endsWith('build.yaml')) throw Object.assign(new Error('EACCES'), { code: 'EACCES' });
        return fs.readFile(path);
      },
    },
  },
  tabs: one(`${HEAD}kind: ComponentBuild\nmetadata:\n\tname: core\n`),
  'duplicate-key': one(component('core', '  cache: true\n  network: true\n  cache: false\n')),
  'alias-bomb': global(`${bomb}\n`),
  'alias-of-itself': one(component('core', '  needs: &a [*a]\n')),
  'unknown-anchor': one(component('core', '  needs: *others\n')),
  'merge-key': one(component('core', '  env: &env {A: 1}\n  resources:\n    <<: *env\n')),
  binary: one(Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 1, 2, 3])),
  'not-utf8': one(Buffer.from(component('core').replace('core', 'k\xf6rn'), 'latin1')),
  'folder-in-place-of-file': { files: { 'components/core/build.yaml': null } },
  'wrong-kind': one(component('core').replace('ComponentBuild', 'MobileBuild')),
  'wrong-kind-of-image': { files: { 'docker/base.yaml': `${HEAD}kind: ImagBuild\n` } },
  'wrong-api-version': one(component('core').replace('mobileops.io/v1', 'mobileops.io/v2')),
  'several-documents': one(`${component('core')}---\n${component('other')}`),
  'invalid-name': {
    files: { 'components/core/build.yaml': component('"my core"'), 'components/-x/build.sh': '' },
  },
  'ten-megabytes': one(Buffer.alloc(10 * 2 ** 20, '# padding\n')),
  'empty-file': one(''),
  'only-comments': one('# nothing yet\n'),
  'list-in-place-of-mapping': one('- apiVersion\n'),
  'broken-yaml': one(component('core', '  needs: [a, b\n  env: "x\n')),
  'deep-nesting': one(component('core', `  needs: ${'['.repeat(100)}${']'.repeat(100)}\n`)),
  'prototype-key': one(component('core', '  __proto__: {cache: false}\n  constructor: 1\n')),
  'non-string-key': one(component('core', '  ? [a, b]\n  : 1\n')),
  'numeric-key': one(component('core', '  1: one\n')),
  'unknown-tag': one(component('core', '  needs: !shell ls\n')),
  'unknown-value': global('  sandboxRoot: baseimage\n  artifacts:\n    - name: a\n      type: tarbal\n'),
  'other-root': global('  buildEnvironment:\n    baseImage: debian:12\n  sandboxRoot: baseImage\n'),
  'unknown-phase': global('  buildSteps:\n    - name: test\n      uses: tests\n'),
  'path-outside': one(component('core', '  outputs: [../other, /etc]\n')),
  'platform-keys': {
    files: {
      'mobile/web/build.yaml': `${HEAD}kind: MobileBuild\nmetadata:\n  name: web\nspec:\n  platform: pwa\n  site: app:web\n`,
      'mobile/app/build.yaml': `${HEAD}kind: MobileBuild\nmetadata:\n  name: app\nspec:\n  platform: hybrid\n`,
    },
  },
  'step-without-command': global(
    '  buildSteps:\n    - name: test\n    - name: both\n      command: make\n      uses: build\n',
  ),
  'not-recognised': { files: { 'components/notes/README.md': '', 'mobile/app/build.yml': '' } },
  'linked-folder': { files: { 'components/core': { link: '../elsewhere' } } },
  'bad-package-json': { files: { 'mobile/web/package.json': '{"scripts": ' } },
  'bad-node-manifest': {
    files: {
      'build-config.yaml': `${GLOBAL}  dependencies:\n    node: [package.json, package-lock.json, yarn.lock]\n`,
      'package.json': '{\n  "name": "demo",\n  oops\n}\n',
      'package-lock.json': '["a list"]\n',
      'yarn.lock': '# yarn lockfile v1\n',
    },
  },
  'global-artifacts': global(
    ['dist/', 'configs/', 'dist/mobile/app.apk', 'dist/components/']
      .map((path, at) => `    - {name: a${at}, type: data, path: ${path}}\n`)
      .join('')
      .replace(/^/, '  artifacts:\n') + '    - {name: scripts, type: tarball, path: dist/scripts}\n',
  ),
  'two-registries': global(
    '  artifacts:\n    - {name: a, type: container}\n    - {name: b, type: container, registry: other}\n',
  ),
  'control-characters': one(component('core', '  "\\e[31mred": 1\n')),
  'control-in-values': {
    files: {
      'components/core/build.yaml': component(
        'core',
        '  env:\n    A: "a\\e[31mb"\n    B: ${B}\n  outputs: ["a\\0b", "a\\nb"]\n',
      ).replace('./build.sh', '"echo a\\0b"'),
    },
    variables: { B: 'a\u0007b' },
  },
  'many-problems': one(component('core', Array.from({ length: 60 }, (_, at) => `  key${at}: 1\n`).join(''))),
  'windows-text': one(`\ufeff${component('core', '  colour: red\n').replaceAll('\n', '\r\n')}`),
};

for (const [name, each] of Object.entries(CASES)) {
  test(`diagnostic: ${name}`, async () => {
    const text = await diagnose(each);
    const golden = join(GOLDEN, `${name}.txt`);
    if (UPDATE) {
      mkdirSync(GOLDEN, { recursive: true });
      writeFileSync(golden, text);
    }
    assert.ok(existsSync(golden), `no ${golden}: run with UPDATE_GOLDEN=1`);
    assert.equal(text, readFileSync(golden, 'utf8'));
  });
}

test('every golden text has its case', () => {
  const names = readdirSync(GOLDEN).map((file) => file.replace(/\.txt$/, ''));
  assert.deepEqual(
    names.filter((name) => !Object.hasOwn(CASES, name)),
    [],
  );
});

async function diagnose({ files, variables = {}, words = [], fileSystem = fs }: Case): Promise<string> {
  const root = mkdtempSync(join(tmpdir(), 'mobileops-golden-'));
  try {
    for (const [path, content] of Object.entries({ 'build-config.yaml': GLOBAL, ...files })) {
      write(join(root, path), content);
    }
    if (files['build-config.yaml'] === null) rmSync(join(root, 'build-config.yaml'), { recursive: true });
    const { value, diagnostics } = await loadWorkspace({ fs: fileSystem, root, variables });
    const graph = buildGraph(value?.targets ?? []);
    const selected = selectTargets(graph.value, words);
    const all = [...diagnostics, ...graph.diagnostics, ...selected.diagnostics];
    assert.ok(all.length > 0, 'no diagnostic was given');
    return `${all.map((diagnostic) => renderDiagnostic(diagnostic)).join('\n')}\n`;
  } finally {
    rmSync(root, { recursive: true });
  }
}

function write(path: string, content: Case['files'][string]): void {
  mkdirSync(dirname(path), { recursive: true });
  if (content === null) mkdirSync(path);
  else if (typeof content === 'string' || Buffer.isBuffer(content)) writeFileSync(path, content);
  else symlinkSync(content.link, path);
}
