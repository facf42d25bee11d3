/** Things that decide what is built and that no listing of the workspace shows: a second build must see each change. */
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Component, fault, Rig } from './rig.ts';

const ONE: Readonly<Record<string, Component>> = {
  a: { command: 'cat source.txt >out.txt', files: { 'source.txt': 'one\n' } },
};
const OUT = 'dist/components/a/out.txt';

fault('build.yaml is a link to a file outside, which changes', 'the change is built', async () => {
  await using rig = new Rig(ONE);
  const outside = join(rig.folder, 'shared.yaml');
  renameSync(rig.path('components/a/build.yaml'), outside);
  symlinkSync(outside, rig.path('components/a/build.yaml'));
  for (const word of ['first', 'second']) {
    writeFileSync(outside, declaration(`echo ${word} >out.txt`));
    await rig.build();
    assert.equal(rig.read(OUT), `${word}\n`);
  }
});

fault('build-config.yaml is a link to a file outside, which becomes wrong', 'it is said', async () => {
  await using rig = new Rig(ONE);
  const outside = join(rig.folder, 'shared.yaml');
  renameSync(rig.path('build-config.yaml'), outside);
  symlinkSync(outside, rig.path('build-config.yaml'));
  await rig.build();
  writeFileSync(outside, 'spec: [');
  const { code, output } = await rig.run(['build', 'all']);
  assert.equal(code, 2, output);
});

for (const [what, link] of [
  ['dist/', 'dist'],
  ['a folder of dist/', 'dist/components'],
] as const) {
  fault(`${what} is a link, and a file behind it changes`, 'it is put back from the store', async () => {
    await using rig = new Rig(ONE);
    const elsewhere = join(rig.folder, 'elsewhere');
    mkdirSync(elsewhere);
    if (link !== 'dist') mkdirSync(rig.path('dist'));
    symlinkSync(elsewhere, rig.path(link));
    await rig.build();
    await rig.build();
    rig.write(OUT, 'tampered\n');
    await rig.build();
    assert.equal(rig.read(OUT), 'one\n');
    rmSync(rig.path(OUT));
    await rig.build();
    assert.equal(rig.read(OUT), 'one\n');
  });
}

fault('a variable called `span` changes', 'what declares it is built again', async () => {
  await using rig = new Rig({ a: { command: 'echo "$span" >out.txt', env: '    span: ${WHO:-none}\n' } });
  for (const WHO of ['one', 'two']) {
    await rig.build({ env: { WHO } });
    assert.equal(rig.read(OUT), `${WHO}\n`);
  }
});

fault('the size of the terminal changes', 'nothing is built from it', async () => {
  await using rig = new Rig({
    a: { command: 'echo "$WIDTH" >out.txt', env: '    WIDTH: ${COLUMNS:-none}\n' },
  });
  for (const COLUMNS of ['80', '100']) {
    await rig.build({ env: { COLUMNS } });
    assert.equal(rig.read(OUT), 'none\n');
  }
});

fault(
  'a requirement file changes that the lock was made from',
  'the lock is called stale at once',
  async () => {
    await using rig = new Rig(ONE);
    rig.write('requirements.txt', '');
    rig.write('build-config.yaml', `${CONFIGURATION}  dependencies:\n    python: [requirements.txt]\n`);
    await rig.build();
    rig.write('requirements.txt', 'not a requirement at all ===\n');
    const changed = await rig.run(['build', 'all']);
    rig.write('components/a/other.txt', 'an edit beside it');
    const edited = await rig.run(['build', 'all']);
    assert.equal(changed.code, edited.code, `${changed.output}${edited.output}`);
  },
);

const CONFIGURATION =
  'apiVersion: build.mobileops.io/v1\nkind: BuildConfiguration\nmetadata:\n  name: faults\nspec:\n  version: 1.0.0\n';

function declaration(command: string): string {
  return `apiVersion: build.mobileops.io/v1
kind: ComponentBuild
metadata:
  name: a
spec:
  buildSteps:
    - name: make
      command: ${JSON.stringify(command)}
  artifacts:
    - name: a
      path: out.txt
      type: data
`;
}

fault('MOBILEOPS_CACHE is a relative path', 'it lies where the command was started', async () => {
  await using rig = new Rig(ONE);
  await rig.build({ env: { MOBILEOPS_CACHE: 'here' } });
  assert.ok(existsSync(join(rig.folder, 'here', 'cas')));
});
