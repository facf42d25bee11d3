import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  actionOf,
  type FakeFiles,
  fakeContext,
  fakeTree,
  imageSpec,
  packageImageSpec,
  pathsOf,
  renderedDiagnostics,
} from '../testing.ts';
import { imageRule } from './image-rule.ts';

const WORKSPACE: FakeFiles = {
  'requirements.txt': 'numpy\n',
  'scripts/start.sh*': '',
  'scripts/lib/log.sh': '',
  'configs/a.json': '',
  'configs/b.json': '',
  'mobile/webapp/package.json': '',
  'mobile/webapp/package-lock.json': '',
  'mobile/webapp/src/main.ts': '',
  'secrets/key.pem': '',
  'docs/readme.md': '',
  '.dockerignore': '# not for images\nsecrets\n**/*.md\n!docs/readme.md\n',
};

const NEEDS = ['image:base', 'component:ai-core', 'scripts', 'app:webapp'];

function planOf(text: string, files: FakeFiles = {}): ReturnType<typeof imageRule> {
  const all = { ...WORKSPACE, 'docker/Dockerfile.demo': text, ...files };
  return imageRule(fakeContext({ spec: imageSpec(), files: all, needs: NEEDS }));
}

function checkProblems(name: string, text: string, expected: string, files: FakeFiles = {}): void {
  test(name, () => {
    const rendered = renderedDiagnostics(planOf(text, files)).replaceAll('docker/Dockerfile.demo:', '');
    assert.equal(rendered.trim(), expected.replace(/^ {4}/gm, '').trim());
  });
}

function checkInputs(name: string, lines: string, expected: readonly string[], files: FakeFiles = {}): void {
  test(name, () => {
    const plan = planOf(`FROM scratch\n${lines}\n`, files);
    assert.equal(renderedDiagnostics(plan), '');
    const outputs = {
      'component:ai-core#built': fakeTree({ 'dist/ai-core/bin/engine*': '', 'models/m.bin': '' }),
      'scripts#built': fakeTree({ 'start.sh*': '' }),
      'image:base#built': fakeTree({ 'index.json': '', 'oci-layout': '' }),
    };
    assert.deepEqual(
      pathsOf(actionOf(plan, 'image:demo#assemble').work, outputs).filter((path) => path !== 'plan.json'),
      expected,
    );
  });
}

checkInputs('nothing is an input unless it is copied', 'USER 1000', []);
checkInputs('a folder comes whole', 'COPY scripts/ /opt/', [
  'context/scripts/lib/log.sh',
  'context/scripts/start.sh*',
]);
checkInputs('a single file comes alone', 'COPY ./requirements.txt /tmp/', ['context/requirements.txt']);
checkInputs('a pattern stays within a folder', 'COPY mobile/webapp/package*.json ./', [
  'context/mobile/webapp/package-lock.json',
  'context/mobile/webapp/package.json',
]);
checkInputs('a pattern may name folders', 'COPY conf* /etc/', [
  'context/configs/a.json',
  'context/configs/b.json',
]);
checkInputs('a leading slash is the workspace', 'COPY /configs/a.json /etc/', ['context/configs/a.json']);
checkInputs('the exec form names sources too', 'COPY ["configs/a.json", "configs/b.json", "/etc/"]', [
  'context/configs/a.json',
  'context/configs/b.json',
]);
checkInputs('a variable of the file may name a source', 'ARG DIR=configs\nCOPY ${DIR}/a.json /etc/', [
  'context/configs/a.json',
]);
checkInputs('a default is used where nothing is set', 'COPY ${DIR:-configs}/b.json /etc/', [
  'context/configs/b.json',
]);
checkInputs('what .dockerignore names is left out, what it takes back is not', 'COPY s* docs /x/', [
  'context/docs/readme.md',
  'context/scripts/lib/log.sh',
  'context/scripts/start.sh*',
]);
checkInputs(
  'the file beside the Dockerfile wins over .dockerignore',
  'COPY secrets /x/',
  ['context/secrets/key.pem'],
  {
    'docker/Dockerfile.demo.dockerignore': 'configs\n',
  },
);
checkInputs('dist/ is what a target left', 'COPY dist/components/ai-core /x/', [
  'deps/component/ai-core/bin/engine*',
  'deps/component/ai-core/models/m.bin',
]);
checkInputs('a path below it brings no more', 'COPY dist/components/ai-core/bin/ /x/', [
  'deps/component/ai-core/bin/engine*',
]);
checkInputs('scripts are a target of one name', 'COPY dist/scripts/ /x/', ['deps/scripts/start.sh*']);
checkInputs('an image is copied from', 'COPY --from=mobileops-base:1.0 /etc/passwd /x/', [
  'deps/image/base/index.json',
  'deps/image/base/oci-layout',
]);
checkInputs('a comment inside an instruction', 'COPY configs/a.json \\\n# why\n  /x/', [
  'context/configs/a.json',
]);

checkProblems(
  'all problems come at once, each underlined',
  `FROM ubuntu:22.04
RUN apt-get update
COPY script/ /opt/
ADD https://example.com/x.tgz /opt/
COPY --parent --chmod=rwx a b
EXPOSE 80x
FROBNICATE 1
ONBUILD FROM x
`,
  `3:6: error[image/missing-source] the workspace has no script/ that an image could copy
      3 | COPY script/ /opt/
        |      ^~~~~~~
      help: did you mean scripts?
    4:5: error[image/add-url] ADD of an address is locked by its hash, and there is none
      4 | ADD https://example.com/x.tgz /opt/
        |     ^~~~~~~~~~~~~~~~~~~~~~~~~
      help: write ADD --checksum=sha256:<digest> https://example.com/x.tgz ..., with the digest that sha256sum gives for the file
    5:6: error[image/unknown-flag] COPY has no flag --parent
      5 | COPY --parent --chmod=rwx a b
        |      ^~~~~~~~
      help: did you mean --parents?
    5:23: error[image/bad-value] rwx is not a mode
      5 | COPY --parent --chmod=rwx a b
        |                       ^~~
      help: write for example --chmod=0755 or --chmod=u=rwX,go=rX
    5:27: error[image/missing-source] the workspace has no a that an image could copy
      5 | COPY --parent --chmod=rwx a b
        |                           ^
      help: only sources and dist/<class>/<name> can be copied; is it ignored by git?
    6:8: error[image/bad-value] 80x is not a port or a range of ports
      6 | EXPOSE 80x
        |        ^~~
      help: see the Dockerfile reference for its form
    7:1: error[image/unknown-instruction] there is no instruction FROBNICATE
      7 | FROBNICATE 1
        | ^~~~~~~~~~
      help: the instructions are ARG, ENV, LABEL, WORKDIR, USER, STOPSIGNAL, EXPOSE, VOLUME, CMD, ENTRYPOINT, SHELL, HEALTHCHECK, MAINTAINER, ONBUILD, FROM, COPY, ADD, RUN
    8:9: error[image/malformed] FROM cannot stand behind ONBUILD
      8 | ONBUILD FROM x
        |         ^~~~
      help: write an instruction that an image standing on this one may have`,
);

checkProblems(
  'an empty file',
  '',
  `1:1: error[image/no-stage] the Dockerfile has no FROM
      1 | 
        | ^
      help: begin it with FROM scratch or FROM <image of the workspace>`,
);

checkProblems(
  'an instruction before FROM',
  'USER x\nFROM scratch\n',
  `1:1: error[image/no-stage] USER comes before the first FROM
      1 | USER x
        | ^~~~
      help: only ARG may; begin the stage with FROM`,
);

checkProblems(
  'a misspelt instruction and an undefined variable',
  'FROM scratch\nENTRYPONT x\nWORKDIR /a/$VERSON\n',
  `2:1: error[image/unknown-instruction] there is no instruction ENTRYPONT
      2 | ENTRYPONT x
        | ^~~~~~~~~
      help: did you mean ENTRYPOINT?
    3:12: warning[image/undefined-variable] nothing sets VERSON, so it is empty
      3 | WORKDIR /a/$VERSON
        |            ^~~~~~~
      help: declare it by ARG VERSON or ENV VERSON=..., or write \${VERSON:-default}`,
);

checkProblems(
  'an image, a stage and a target that are not there',
  'FROM mobileops-bse\nCOPY --from=builder a b\nCOPY --from=3 a b\nCOPY dist/components/nn/x /x\nCOPY dist/ /x\nCOPY ../x /x\n',
  `1:6: error[image/missing-need] the workspace has no image bse
      1 | FROM mobileops-bse
        |      ^~~~~~~~~~~~~
      help: write docker/Dockerfile.bse, or correct the name
    3:13: error[image/unknown-stage] there is no stage 3 before this one
      3 | COPY --from=3 a b
        |             ^
      help: this is the first stage
    4:6: error[image/missing-need] the image does not need component:nn, so dist/components/nn/x is not built before it
      4 | COPY dist/components/nn/x /x
        |      ^~~~~~~~~~~~~~~~~~~~
      help: is there a target component:nn in the workspace?
    5:6: error[image/missing-source] dist does not name the artifact of one target
      5 | COPY dist/ /x
        |      ^~~~~
      help: write dist/components/<name>, dist/mobile/<name> or dist/scripts; packages of apps are signed after the build
    6:6: error[image/outside-context] ../x lies outside the workspace
      6 | COPY ../x /x
        |      ^~~~
      help: sources are relative to the workspace`,
);

checkProblems(
  'a source whose name the base image decides',
  'FROM mobileops-base\nCOPY $NAME/a.json /etc/\nCOPY secrets /x/\n',
  `2:6: error[image/unknown-variable] the value of NAME comes from the base image, but what is copied must be known before it is built
      2 | COPY $NAME/a.json /etc/
        |      ^~~~~~~~~~~~
      help: set it in this Dockerfile: ARG NAME=... or ENV NAME=...
    3:6: error[image/ignored-source] .dockerignore leaves secrets out
      3 | COPY secrets /x/
        |      ^~~~~~~
      help: take it back there with a line that begins with !`,
);

checkProblems(
  'forms that cannot be read',
  `FROM scratch
FROM
COPY a
ENV
LABEL a
SHELL bash
CMD ['a']
HEALTHCHECK --interval=1parsec curl
WORKDIR "/a
COPY configs/a.json configs/b.json /x
STOPSIGNAL HUP HUP
`,
  `2:1: error[image/malformed] FROM cannot be read
      2 | FROM
        | ^~~~
      help: write FROM image, or FROM image AS name
    3:6: error[image/malformed] COPY needs a source and a destination
      3 | COPY a
        |      ^
      help: write COPY source... destination
    4:1: error[image/malformed] ENV has nothing behind it
      4 | ENV
        | ^~~
      help: write ENV name=value
    5:7: error[image/malformed] LABEL cannot be read
      5 | LABEL a
        |       ^
      help: write LABEL name=value
    6:7: error[image/malformed] SHELL cannot be read
      6 | SHELL bash
        |       ^~~~
      help: write SHELL ["/bin/bash", "-c"]
    7:5: error[image/bad-exec-form] this is not a JSON list of strings, so the shell would be given it as it stands
      7 | CMD ['a']
        |     ^~~~~
      help: put each word in double quotes: ["program", "argument"]
    8:1: error[image/malformed] HEALTHCHECK is followed by neither CMD nor NONE
      8 | HEALTHCHECK --interval=1parsec curl
        | ^~~~~~~~~~~
      help: write HEALTHCHECK CMD ["program", "argument"]
    8:13: error[image/bad-value] 1parsec is not a duration
      8 | HEALTHCHECK --interval=1parsec curl
        |             ^~~~~~~~~~~~~~~~~~
      help: write for example 30s or 1m30s
    9:9: error[image/malformed] a closing " is missing
      9 | WORKDIR "/a
        |         ^~~
      help: close it, or escape the character
    10:36: error[image/bad-value] several sources need a folder as their destination
      10 | COPY configs/a.json configs/b.json /x
         |                                    ^~
      help: write /x/ with a / at its end
    11:12: error[image/bad-value] HUP HUP is not a signal
      11 | STOPSIGNAL HUP HUP
         |            ^~~~~~~
      help: see the Dockerfile reference for its form`,
);

checkProblems(
  'a directive and a here-document that are wrong',
  '# escape=x\nFROM scratch\nCOPY <<EOF /x\ntext\n',
  `1:1: error[image/bad-directive] the escape character is a backslash or a backtick
      1 | # escape=x
        | ^~~~~~~~~~
      help: write # escape=\` or leave the line out
    3:6: error[image/malformed] the here-document is not closed
      3 | COPY <<EOF /x
        |      ^~~~~
      help: end it with a line that holds EOF alone`,
);

test('a new version changes the tag action alone', () => {
  const files = { ...WORKSPACE, 'docker/Dockerfile.demo': 'FROM scratch\nCOPY scripts /s/\n' };
  const plans = ['1.0.0', '2.0.0+7'].map((version) =>
    imageRule(fakeContext({ spec: imageSpec(), files, stamp: { version } })),
  );
  const [one, two] = plans.map((plan) => plan.actions);
  assert.deepEqual(one![0], two![0]);
  assert.notDeepEqual(one![1], two![1]);
  assert.ok(two![1]!.argv.includes('2.0.0-7'));
});

test('a tag that the configuration names by the version has no plus either', () => {
  const files = { ...WORKSPACE, 'docker/Dockerfile.demo': 'FROM scratch\nCOPY scripts /s/\n' };
  const context = fakeContext({ spec: imageSpec(), files, stamp: { version: '2.0.0+7' } });
  const artifact = { name: 'i', type: 'container', registry: 'r', tags: ['2.0.0+7', 'latest'] } as const;
  const plan = imageRule({ ...context, configuration: { ...context.configuration, artifacts: [artifact] } });
  const { argv } = plan.actions.at(-1)!;
  assert.deepEqual(argv.slice(argv.indexOf('--tag')), ['--tag', '2.0.0-7', '--tag', 'latest']);
});

test('a name that no registry takes is refused before anything is built', () => {
  const files = { ...WORKSPACE, 'docker/Dockerfile.demo': 'FROM scratch\nCOPY scripts /s/\n' };
  const context = fakeContext({ spec: imageSpec(), files });
  const refusal = (registry: string): readonly (string | undefined)[] =>
    imageRule({ ...context, settings: { ...context.settings, registry } }).diagnostics.map(
      ({ code, message, path }) => `${code} ${path} ${message}`,
    );
  assert.deepEqual(refusal('registry.example:5000/team'), []);
  for (const registry of ['registry.example/Team', 'registry.example/', 'registry example']) {
    assert.deepEqual(refusal(registry), [
      `image/bad-value docker/Dockerfile.demo \`${registry}/mobileops-demo\` cannot be the name of an image`,
    ]);
  }
});

test('a Dockerfile that is no source is named', () => {
  const plan = imageRule(fakeContext({ spec: imageSpec() }));
  assert.deepEqual(
    plan.diagnostics.map(({ code, path }) => [code, path]),
    [['image/no-text', 'docker/Dockerfile.demo']],
  );
});

test('a RUN has the network where it says so, or where the workspace allows it and it says nothing', () => {
  const text = 'FROM scratch\nRUN a\nRUN --network=none b\nRUN --network=host c\nRUN --network=default d\n';
  const networks = (runNetwork: boolean): readonly boolean[] => {
    const files = { 'docker/Dockerfile.demo': text };
    const plan = imageRule(fakeContext({ spec: imageSpec(), files, configuration: { runNetwork } }));
    return plan.actions.filter(({ mnemonic }) => mnemonic === 'Run').map(({ network }) => network);
  };
  assert.deepEqual(networks(false), [false, false, true, false]);
  assert.deepEqual(networks(true), [true, false, true, true]);
});

/** An image of packages whose scripts never ran, and one that stands on it. */
const UNPACKED = {
  'image:base': packageImageSpec({ scripts: 'none' }),
  'image:mid': imageSpec({ dockerfile: 'docker/Dockerfile.mid' }),
  'image:whole': packageImageSpec({ scripts: 'run' }),
};
const MID = {
  'docker/Dockerfile.mid': 'FROM scratch AS x\nFROM mobileops-base AS y\nFROM y\nCOPY any /\nUSER 1\n',
};

function unpacked(text: string): string {
  const files = { ...MID, 'docker/Dockerfile.demo': text };
  const needs = Object.keys(UNPACKED);
  return renderedDiagnostics(imageRule(fakeContext({ spec: imageSpec(), files, needs, specs: UNPACKED })));
}

test('a RUN on packages that are only unpacked is refused, each stage once', () => {
  const text = 'FROM mobileops-base:1 AS a\nUSER 1\nRUN ["x"]\nRUN ["y"]\nFROM a\nRUN ["z"]\n';
  const hint = 'leave `scripts: none` out of the description of its packages, or stand on another image';
  const why = 'its packages are unpacked only, their scripts never ran';
  assert.equal(
    unpacked(text),
    `docker/Dockerfile.demo:3:1: error[image/unpacked-base] RUN cannot stand on image base: ${why}
  3 | RUN ["x"]
    | ^~~
  help: ${hint}
docker/Dockerfile.demo:6:1: error[image/unpacked-base] RUN cannot stand on image base: ${why}
  6 | RUN ["z"]
    | ^~~
  help: ${hint}`,
  );
  assert.match(unpacked('FROM mobileops-mid\nRUN ["x"]\n'), /2:1: error\[image\/unpacked-base\]/);
});

test('they may be copied from and mounted, and others may be run on', () => {
  const text = `FROM mobileops-whole
COPY --from=mobileops-base /a /b
RUN --mount=from=mobileops-base,target=/x ["x"]
FROM mobileops-base
COPY --from=0 /c /d
`;
  assert.equal(unpacked(text), '');
});
