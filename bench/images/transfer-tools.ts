import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ourVersion } from '../tools/index.ts';
import { findProgram } from './tool-environment.ts';
import { versionIn } from './tools/index.ts';

export const TRANSFERS = ['push', 'push again', 'pull'] as const;

export interface TransferPlace {
  readonly programs: string;
  /** An OCI layout with one image. */
  readonly layout: string;
  /** Its name in the registry. */
  readonly image: string;
  /** The layout that a pull makes; it does not exist yet. */
  readonly pulled: string;
}

/** Who pushes and pulls. */
export interface TransferTool {
  readonly name: string;
  readonly note: string;
  missing(programs: string): string | undefined;
  version(programs: string): string;
  push(place: TransferPlace): readonly string[];
  pull(place: TransferPlace): readonly string[];
}

const SOURCE = join(import.meta.dirname, 'programs', 'our-registry.ts');
const programIn = (programs: string): string => join(programs, 'our-registry.mjs');

/** In one file, as what is published: to read our sources one by one would be measured otherwise. */
export async function bundleOurs(programs: string): Promise<void> {
  const { rolldown } = await import('rolldown');
  const build = await rolldown({ input: SOURCE, platform: 'node', logLevel: 'warn' });
  await build.write({ file: programIn(programs), format: 'esm', codeSplitting: false });
  await build.close();
}
const CLIENT = join(import.meta.dirname, '..', '..', 'src', 'registry', 'index.ts');

const ours: TransferTool = {
  name: 'ours',
  note: 'our registry client, by a small program, bundled: of the verbs of the command line each does more than to push or to pull',
  missing: () => (existsSync(CLIENT) ? undefined : 'there is no registry client yet'),
  version: () => ourVersion(),
  push: ({ programs, layout, image }) => [process.execPath, programIn(programs), 'push', layout, image],
  pull: ({ programs, pulled, image }) => [process.execPath, programIn(programs), 'pull', pulled, image],
};

const crane: TransferTool = {
  name: 'crane',
  note: '`crane push` of the layout, `crane pull --format=oci`',
  missing: (programs) =>
    existsSync(join(programs, 'crane')) ? undefined : 'crane could not be built (needs Go)',
  version: (programs) => versionIn(execFileSync(join(programs, 'crane'), ['version'], { encoding: 'utf8' })),
  push: ({ programs, layout, image }) => [join(programs, 'crane'), 'push', layout, image],
  pull: ({ programs, pulled, image }) => [join(programs, 'crane'), 'pull', '--format=oci', image, pulled],
};

const skopeo: TransferTool = {
  name: 'skopeo',
  note: '`skopeo copy` from `oci:` to `docker:` and back',
  missing: () => (findProgram('skopeo') === undefined ? 'skopeo is missing (apt: skopeo)' : undefined),
  version: () => versionIn(execFileSync(findProgram('skopeo')!, ['--version'], { encoding: 'utf8' })),
  push: ({ layout, image }) => [
    ...[findProgram('skopeo')!, 'copy', '-q', '--dest-tls-verify=false'],
    ...[`oci:${layout}:1`, `docker://${image}`],
  ],
  pull: ({ pulled, image }) => [
    ...[findProgram('skopeo')!, 'copy', '-q', '--src-tls-verify=false'],
    ...[`docker://${image}`, `oci:${pulled}:1`],
  ],
};

export const TRANSFER_TOOLS: readonly TransferTool[] = [ours, crane, skopeo];

/** As it stands in the results' legend: a tool may build and transfer, by two programs. */
export function transferSubject({ name }: TransferTool): string {
  return `${name}, transfer`;
}
