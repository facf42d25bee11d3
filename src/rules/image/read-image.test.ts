import assert from 'node:assert/strict';
import { test } from 'node:test';
import { renderDiagnostic } from '../../base/index.ts';
import { parseIgnoreFile, type RunStep, type Step } from '../../oci/index.ts';
import { fakeSources } from '../testing.ts';
import { ContextFiles } from './context-files.ts';
import { outsideNeedsOf } from './outside-needs.ts';
import { Problems } from './problems.ts';
import { type ReadImage, readImage } from './read-image.ts';

const FILES = {
  'a.txt': '',
  'tree/b.txt': '',
  'tree/sub/c.md': '',
  'docker/Dockerfile.parent': '',
  'key.pem': '',
};
const PARENT = `FROM scratch AS other
ONBUILD RUN not this one
FROM scratch
ONBUILD COPY a.txt /a
ONBUILD RUN echo \\
  one
`;

interface Reading {
  readonly image: ReadImage | undefined;
  readonly rendered: string;
  readonly codes: readonly string[];
}

function read(text: string, buildArgs: Record<string, string> = {}): Reading {
  const problems = new Problems();
  const file = { path: 'Dockerfile', text };
  const image = readImage({
    file,
    architecture: 'amd64',
    createdAt: 0,
    imagePrefix: 'mobileops-',
    buildArgs,
    context: new ContextFiles(fakeSources(FILES), parseIgnoreFile('*.pem')),
    problems,
    isNeeded: ({ name }) => name === 'parent' || name === 'ai',
    dockerfileOf: ({ name }) =>
      name === 'parent' ? { path: 'docker/Dockerfile.parent', text: PARENT } : undefined,
    triggersOf: ({ reference }) => (reference === 'node:onbuild' ? ['COPY tree /app'] : []),
  });
  const all = problems.inOrder(file);
  return {
    image,
    rendered: all
      .map((each) => renderDiagnostic(each).replaceAll('Dockerfile:', ''))
      .join('\n')
      .trim(),
    codes: all.map(({ code, span }) => `${code} ${span!.file.text.slice(span!.start, span!.end)}`),
  };
}

function stepsOf(text: string): readonly Step[] {
  const { image, rendered } = read(text);
  assert.equal(rendered, '');
  return image!.plan.stages.at(-1)!.steps;
}

function checkRun(text: string, expected: Partial<RunStep>): void {
  test(text, () => {
    const step = stepsOf(`FROM debian\n${text}\n`).at(-1)!;
    assert.ok(step.do === 'run');
    const { mounts, network, ...rest } = step.run;
    assert.deepEqual(
      { ...rest, ...(mounts.length > 0 ? { mounts } : {}), ...(network === 'default' ? {} : { network }) },
      expected,
    );
  });
}

const shell = (script: string): Pick<RunStep, 'command'> => ({ command: { form: 'shell', script } });

checkRun('RUN echo "$HOME"  \\\n  # no\n  two', shell('echo "$HOME"    two'));
checkRun('RUN ["a", "$b"]', { command: { form: 'exec', argv: ['a', '$b'] } });
checkRun('RUN [ "$a" = "b" ] || true', shell('[ "$a" = "b" ] || true'));
checkRun('RUN <<EOF\n  one\n\ttwo $X\nEOF', shell('  one\n\ttwo $X\n'));
checkRun('RUN <<-"E F"\n\tone\n\tE F', shell('one\n'));
checkRun('RUN <<EOF cat > /x\none\nEOF', shell('<<EOF cat > /x\none\nEOF'));
checkRun("RUN cat <<A 3<<-'B'\n\ta\nA\n\tb\n\tB", shell("cat <<A 3<<-'B'\n\ta\nA\n\tb\nB"));
checkRun('RUN <<EOF\n#!/usr/bin/python3\nprint(1)\nEOF', {
  ...shell('/dev/pipes/EOF'),
  file: { path: '/dev/pipes/EOF', content: '#!/usr/bin/python3\nprint(1)\n' },
});
checkRun('RUN echo "<<EOF"', shell('echo "<<EOF"'));
checkRun('RUN ["sh", "<<EOF"]', { command: { form: 'exec', argv: ['sh', '<<EOF'] } });
checkRun('RUN cat <<< word', shell('cat <<< word'));
checkRun('RUN echo \\\\', shell('echo \\\\'));
checkRun('RUN --network=none x', { ...shell('x'), network: 'none' });
checkRun('RUN --security=sandbox -- --x', shell('--x'));
checkRun('RUN --mount=type=cache,target=$HOME/.cache x', {
  ...shell('x'),
  mounts: [
    {
      fields: [
        ['type', 'cache'],
        ['target', '$HOME/.cache'],
      ],
    },
  ],
});
checkRun('RUN --mount=type=bind,source=tree,target=/t --mount="type=secret,id=k" x', {
  ...shell('x'),
  mounts: [
    {
      fields: [
        ['type', 'bind'],
        ['source', 'tree'],
        ['target', '/t'],
      ],
      origin: { from: 'folder', path: 'context' },
      source: '/tree',
    },
    {
      fields: [
        ['type', 'secret'],
        ['id', 'k'],
      ],
    },
  ],
});
checkRun('RUN --mount=target=/i,from=mobileops-ai,source=/x,rw x', {
  ...shell('x'),
  mounts: [
    {
      fields: [['target', '/i'], ['from', 'mobileops-ai'], ['source', '/x'], ['rw']],
      origin: { from: 'layout', path: 'deps/image/ai' },
    },
  ],
});

test('triggers of a base stand in front, and the base is told which', () => {
  const { image, rendered } = read('FROM mobileops-parent\nLABEL own=1\n');
  assert.equal(rendered, '');
  const stage = image!.plan.stages[0]!;
  assert.deepEqual(
    stage.steps.map(({ text }) => text),
    ['COPY a.txt /a', 'RUN echo one', 'LABEL own=1'],
  );
  assert.deepEqual(stage.triggers, ['COPY a.txt /a', 'RUN echo   one']);
});

test('triggers of a registry, and of a stage of the same file', () => {
  const { image } = read('FROM node:onbuild AS a\nONBUILD USER 7\nFROM a\n');
  assert.deepEqual(
    image!.plan.stages.map(({ steps }) => steps.map(({ text }) => text)),
    [['COPY tree /app', 'ONBUILD USER 7'], ['USER 7']],
  );
});

test('a problem of a trigger is shown where the trigger stands', () => {
  const { rendered } = read('FROM node:onbuild\n', {});
  assert.equal(rendered, '');
  const broken = read('FROM scratch AS a\nONBUILD COPY none /x\nFROM a\n');
  assert.match(broken.rendered, /^2:14: error\[image\/missing-source\]/);
});

test('platforms and references reach the plan', () => {
  const { image, codes } = read(`ARG V=12
FROM --platform=$BUILDPLATFORM debian:\${V} AS build
FROM --platform=linux/arm64/v8 ghcr.example/x/y@sha256:${'a'.repeat(64)} AS arm64
COPY --from=build /x /x
COPY --from=alpine:3 /y /y
`);
  assert.deepEqual(codes, []);
  assert.deepEqual(
    image!.plan.stages.map(({ base, platform }) => [base, platform]),
    [
      [{ kind: 'registry', reference: 'debian:12', platform: 'linux/amd64' }, undefined],
      [
        { kind: 'registry', reference: `ghcr.example/x/y@sha256:${'a'.repeat(64)}`, platform: 'linux/arm64' },
        'linux/arm64',
      ],
    ],
  );
});

test('ADD of an address is read with its hash', () => {
  const sha256 = 'b'.repeat(64);
  const { image, rendered } = read(`FROM scratch
ARG SUM=${sha256}
ADD --checksum=sha256:$SUM https://x.example/dir/a%20b.tgz?q=1 /x/
`);
  assert.equal(rendered, '');
  const step = image!.plan.stages[0]!.steps[1]!;
  assert.ok(step.do === 'copy');
  const url = 'https://x.example/dir/a%20b.tgz?q=1';
  assert.deepEqual(step.copy.sources, [
    { from: 'url', url, name: 'a b.tgz', sha256, path: `fetched/${sha256}` },
  ]);
  assert.deepEqual(outsideNeedsOf(image!.plan), { images: [], urls: [{ url, sha256 }], runs: [] });
});

function checkCodes(name: string, text: string, expected: readonly string[], buildArgs = {}): void {
  test(name, () => assert.deepEqual(read(text, buildArgs).codes, expected));
}

checkCodes(
  'every check of BuildKit',
  `ARG BASE
from scratch as One
FROM scratch AS one
FROM scratch AS context
MAINTAINER me
ENV A 1
ENV API_KEY=1 KEY_FILE=2 PUBLIC_KEY=3
ARG npm_token
WORKDIR app
WORKDIR more
CMD x
CMD ["y"]
EXPOSE 80/TCP 127.0.0.1:80:81
LABEL a=1 \\

  b=$NONE
copy *.pem /x/
FROM --platform=$TARGETPLATFORM $BASE$NOPE
FROM --platform=linux/amd64 scratch
ENTRYPOINT x
`,
  [
    'image/instruction-casing from',
    'image/stage-name-casing One',
    'image/duplicate-stage-name one',
    'image/reserved-stage-name context',
    'image/maintainer-deprecated MAINTAINER',
    'image/legacy-key-value A',
    'image/secret-in-variable API_KEY',
    'image/secret-in-variable npm_token',
    'image/relative-workdir app',
    'image/overridden-instruction CMD',
    'image/shell-form x',
    'image/expose-protocol-casing 80/TCP',
    'image/expose-mapping 127.0.0.1:80:81',
    'image/empty-continuation \n',
    'image/undefined-variable $NONE',
    'image/instruction-casing copy',
    'image/copy-ignored-file *.pem',
    'image/redundant-platform $TARGETPLATFORM',
    'image/undefined-arg-in-from $BASE',
    'image/malformed $BASE$NOPE',
    'image/default-base-name $BASE$NOPE',
    'image/undefined-arg-in-from $NOPE',
    'image/constant-platform linux/amd64',
    'image/shell-form x',
  ],
);
checkCodes('FROM and as', 'FROM scratch as x\n', ['image/from-as-casing as']);
checkCodes(
  'checks are skipped for a file',
  '# check=skip=MaintainerDeprecated,FromAsCasing\nFROM scratch as x\nMAINTAINER x\nENV A 1\n',
  ['image/legacy-key-value A'],
);
checkCodes(
  'all are',
  '# syntax=docker/dockerfile:1\n# check=skip=all\nFROM scratch as x\nMAINTAINER x\n',
  [],
);
checkCodes(
  'and above an instruction',
  'FROM scratch\n# check=skip=MaintainerDeprecated\nMAINTAINER x\nMAINTAINER y\n',
  ['image/maintainer-deprecated MAINTAINER'],
);
checkCodes(
  'an experimental check is asked for',
  '# check=experimental=all\n# The base\nFROM scratch AS x\n# x is right\nARG y\n',
  ['image/description-format # The base', 'image/description-format # x is right'],
);
checkCodes('a check that is none', '# check=skip=MaintainerDeprcated;loud=1\nFROM scratch\n', [
  'image/bad-directive # check=skip=MaintainerDeprcated;loud=1',
  'image/bad-directive # check=skip=MaintainerDeprcated;loud=1',
]);
checkCodes('a directive that comes twice', '# escape=`\n# escape=\\\nFROM scratch\n', [
  'image/bad-directive # escape=\\',
]);
checkCodes(
  'what is no directive ends them',
  '# a comment\n# escape=`\nFROM scratch\nLABEL a=b \\\n  c=d\n',
  [],
);

checkCodes('a frontend of somebody else', '# syntax=example/other\nFROM scratch\n', [
  'image/bad-directive # syntax=example/other',
]);

test('checks become errors where the file says so', () => {
  const { rendered } = read('# check=error=true\nFROM scratch\nMAINTAINER x\n');
  assert.match(rendered, /^3:1: error\[image\/maintainer-deprecated\]/);
});

test('versions that a shell takes for files are underlined, each word', () => {
  const { rendered } = read(`FROM debian
RUN pip3 install --no-cache-dir \\
    tensorflow>=2.12.0 'torch>=2' numpy>log 2>&1 && echo a>=1
RUN <<EOF
pip install x<2
EOF
`);
  assert.equal(
    rendered,
    `3:5: warning[image/shell-redirect] the shell takes the > in tensorflow>=2.12.0 for a redirection: it writes a file and installs any version
  3 |     tensorflow>=2.12.0 'torch>=2' numpy>log 2>&1 && echo a>=1
    |     ^~~~~~~~~~~~~~~~~~
  help: quote the word: 'tensorflow>=2.12.0'
5:13: warning[image/shell-redirect] the shell takes the < in x<2 for a redirection: it reads a file
  5 | pip install x<2
    |             ^~~
  help: quote the word: 'x<2'`,
  );
});

checkCodes(
  'mounts and flags that are wrong are underlined at the word',
  `FROM debian
RUN --mount=type=ssh x
RUN --mount=type=cahce,target=/x x
RUN --mount=type=cache,targt=/x x
RUN --mount=type=bind,source=none,target=/x x
RUN --mount=type=cache,target=/x,mode=$NOPE,sharing=bad x
RUN --mount=type=bind,from=$X,target=/x x
RUN --network=nnone --security=insecure --device=x y
RUN --mount --network x
RUN
RUN <<EOF
`,
  [
    'image/bad-mount type=ssh',
    'image/bad-mount type=cahce',
    'image/bad-mount targt=/x',
    'image/missing-source source=none',
    'image/bad-mount sharing=bad',
    'image/bad-value from=$X',
    'image/bad-value nnone',
    'image/unknown-flag --security=insecure',
    'image/unknown-flag --device=x',
    'image/malformed --mount',
    'image/malformed --network',
    'image/malformed RUN',
    'image/malformed <<EOF',
  ],
);
checkCodes(
  'COPY and ADD that are wrong',
  `FROM scratch
COPY https://x.example/a /x
ADD https://x.example/a /x
ADD --checksum=sha256:1 https://x.example/a /x
ADD https://x.example/r.git#main /x
ADD git@x.example:r /x
ADD --checksum=sha256:${'c'.repeat(64)} a.txt /x
COPY --exclude=[ a.txt /x
COPY --link=maybe --link a.txt /x
COPY --chmod=u+q a.txt /x
COPY <<EOF <<EOF2 /x/
a
EOF
b
`,
  [
    'image/add-url https://x.example/a',
    'image/add-url https://x.example/a',
    'image/bad-value sha256:1',
    'image/add-url https://x.example/a',
    'image/add-git https://x.example/r.git#main',
    'image/add-git git@x.example:r',
    `image/bad-value sha256:${'c'.repeat(64)}`,
    'image/bad-value [',
    'image/bad-value --link=maybe',
    'image/malformed --link',
    'image/bad-value u+q',
    'image/malformed <<EOF2',
  ],
);

test('what is read takes time in proportion', () => {
  const hostile = [
    `FROM scratch\nRUN ${'pip '.repeat(200_000)}\n`,
    `FROM scratch\nLABEL a=${'${a:-'.repeat(100_000)}\n`,
    `FROM scratch\nCOPY ${'*a'.repeat(2000)} /x\n`,
    `FROM scratch\n${'RUN <<E\n'.repeat(20_000)}`,
    `FROM scratch\nRUN ${'--mount=a '.repeat(20_000)}x\n`,
    `FROM scratch\nENV ${'A=1 '.repeat(20_000)}\n`,
    `FROM scratch\nCMD ${'['.repeat(200_000)}\n`,
    `${'#\n'.repeat(200_000)}FROM scratch\n`,
    `FROM scratch\nLABEL a=1 \\\n${'\\\n'.repeat(100_000)}`,
  ];
  for (const text of hostile) {
    const start = performance.now();
    read(text);
    const ms = performance.now() - start;
    assert.ok(ms < 20_000, `${text.slice(0, 40)}: ${ms} ms`);
  }
});
