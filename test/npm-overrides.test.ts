/** The real npm, with its network: what it makes of `overrides`. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { MemoryCas } from '../src/cas/index.ts';
import {
  gatherRequirements,
  type Lockfile,
  makeLock,
  planOverrides,
  type Requirements,
  type TargetNeeds,
  withRaised,
  writeRaised,
} from '../src/dependencies/index.ts';
import { realHost } from '../src/host/index.ts';
import { isLong } from './long.ts';

const NEEDS: TargetNeeds = {
  label: 'component:a',
  python: { requirements: [] },
  maven: [],
  nodeFolder: 'a',
  tools: [],
};
const MANIFEST =
  '{\n  "name": "a",\n  "version": "1.0.0",\n  "dependencies": {\n    "debug": "2.6.9"\n  }\n}\n';

if (isLong)
  test('npm takes an override of what a package asks for exactly, and takes it back when the line is gone', async (t) => {
    const root = mkdtempSync(join(tmpdir(), 'mobileops-overrides-'));
    t.after(() => rmSync(root, { recursive: true, force: true }));
    const host = realHost();
    const cas = new MemoryCas({ fs: host.fs, root: join(root, 'cas') });
    host.fs.makeDirectory(join(root, 'a'));
    host.fs.writeFile(join(root, 'a/package.json'), MANIFEST);
    const configuration = { dependencies: { python: [], system: [], node: [] } };
    const gathered = (): Requirements =>
      gatherRequirements(host.fs, { root, configuration, targets: [NEEDS], tools: [] }).value;
    const locked = async (requirements: Requirements, previous?: Lockfile): Promise<Lockfile> => {
      const made = await makeLock({
        ...{ host, cas, root, requirements, previous, cacheDirectory: join(root, 'cache') },
        ...{ sink: () => {}, signal: t.signal },
      });
      assert.deepEqual(made.diagnostics, []);
      return made.value!;
    };
    const msOf = ({ node }: Lockfile): string[] =>
      node.a!.packages.filter(({ name }) => name === 'ms').map(({ version }) => version);
    const first = await locked(gathered());
    assert.deepEqual(msOf(first), ['2.0.0']);
    const wanted = { ecosystem: 'npm', name: 'ms', version: '2.1.3', from: ['2.0.0'], reason: '' } as const;
    const requirements = gathered();
    const planned = planOverrides([wanted], { requirements, lock: first, canWrite: () => true });
    const edits = planned.flatMap(({ edit }) => edit ?? []);
    const second = await locked(withRaised(requirements, edits), first);
    assert.deepEqual(msOf(second), ['2.1.3']);
    assert.equal(writeRaised(host.fs, root, edits), undefined);
    assert.deepEqual(msOf(await locked(gathered(), second)), ['2.1.3']);
    host.fs.writeFile(join(root, 'a/package.json'), MANIFEST);
    assert.deepEqual(msOf(await locked(gathered(), second)), ['2.0.0']);
  });
