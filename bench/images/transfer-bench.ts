import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Command, measure } from '../measure.ts';
import { archiveOf, digestOf, imageOf, MANIFEST_TYPE } from './base.ts';
import { ContentSource, type ExpectedFile, writeLarge } from './content.ts';
import type { ImageBenchOptions } from './options.ts';
import { findRegistry, LoopbackRegistry } from './registry.ts';
import type { ImageResults } from './results.ts';
import { rotated } from './rotated.ts';
import { ScratchFolder } from './scratch.ts';
import { IMAGE_SIZES, type ImageSizes } from './sizes.ts';
import { listImage, listingOf, removeLarge } from './subject.ts';
import { findProgram, toolEnvironment } from './tool-environment.ts';
import {
  bundleOurs,
  TRANSFER_TOOLS,
  type TRANSFERS,
  type TransferTool,
  transferSubject,
} from './transfer-tools.ts';

export interface TransferOptions {
  readonly options: ImageBenchOptions;
  readonly programs: string;
  readonly results: ImageResults;
}

interface Setting {
  readonly folder: string;
  readonly layout: string;
  readonly manifestDigest: string;
  readonly listing: string;
  readonly registry: LoopbackRegistry;
}

/** One image between a layout on the disk and the reference registry server: into an empty one, again, and back. */
export async function benchTransfers({ options, programs, results }: TransferOptions): Promise<void> {
  const program = findRegistry(findProgram);
  if (program === undefined) {
    results.notRun.push('push and pull: docker-registry is missing');
    return;
  }
  using folder = new ScratchFolder();
  console.log('transfer: writing the image');
  const image = makeLayout(folder.path, IMAGE_SIZES[options.size]);
  const registry = await LoopbackRegistry.start(folder.path, program);
  await bundleOurs(programs);
  let tools = presentTools(programs, results);
  try {
    for (let round = 0; round < options.runs; round++) {
      for (const tool of rotated(tools, round)) {
        try {
          await transfer(tool, { folder: folder.path, registry, ...image }, { programs, results });
        } catch (error) {
          results.noteFailure(`${tool.name} at push and pull`, error);
          tools = tools.filter((other) => other !== tool);
        }
        removeLarge(join(folder.path, 'pulled'));
      }
    }
  } finally {
    registry.stop();
  }
}

function presentTools(programs: string, results: ImageResults): TransferTool[] {
  return TRANSFER_TOOLS.filter((tool) => {
    const missing = tool.missing(programs);
    if (missing === undefined) results.versions.set(transferSubject(tool), tool.version(programs));
    else results.notRun.push(`${tool.name} at push and pull: ${missing}`);
    return missing === undefined;
  });
}

let pulls = 0;

async function transfer(
  tool: TransferTool,
  { folder, layout, manifestDigest, listing, registry }: Setting,
  { programs, results }: { programs: string; results: ImageResults },
): Promise<void> {
  const before = registry.storage;
  await registry.restart();
  removeLarge(before);
  const scratch = join(folder, tool.name);
  const pulled = join(folder, 'pulled', String(pulls++));
  mkdirSync(join(folder, 'pulled'), { recursive: true });
  const place = { programs, layout, image: `${registry.host}/bench/image:1`, pulled };
  const env = toolEnvironment(scratch);
  const run = async (scenario: (typeof TRANSFERS)[number], argv: readonly string[]): Promise<void> => {
    execFileSync('sync');
    results.noteLoad();
    const command: Command = { argv, env, cwd: scratch, log: join(scratch, 'output.txt') };
    const { seconds } = await measure(command);
    results.addSeconds({ job: 'transfer', subject: tool.name, scenario }, seconds);
  };
  for (const scenario of ['push', 'push again'] as const) {
    await run(scenario, tool.push(place));
    const found = await registry.holds('bench/image', '1');
    if (found !== manifestDigest) throw new Error(`the registry has ${found} and not ${manifestDigest}`);
  }
  await run('pull', tool.pull(place));
  if (listImage(pulled, ['data/']) !== listing) throw new Error('what was pulled is not what was pushed');
}

/** Layers of noise, so that nobody gains or loses by compressing them again. */
function makeLayout(folder: string, sizes: ImageSizes): Omit<Setting, 'folder' | 'registry'> {
  const source = new ContentSource();
  const files = new Map<string, ExpectedFile>();
  const archives = Array.from({ length: sizes.transferLayers }, (_, at) => {
    const root = join(folder, 'layer');
    const name = `data/part-${at}.bin`;
    const bytes = Math.round(sizes.transferBytes / sizes.transferLayers);
    files.set(name, writeLarge(source, { path: join(root, name), bytes, kind: 'noise' }));
    const archive = archiveOf(root);
    rmSync(root, { recursive: true });
    return archive;
  });
  const { manifest, blobs } = imageOf(archives);
  const layout = join(folder, 'layout');
  const manifestDigest = digestOf(manifest);
  mkdirSync(join(layout, 'blobs', 'sha256'), { recursive: true });
  for (const [digest, content] of [...blobs, [manifestDigest, manifest] as const])
    writeFileSync(join(layout, 'blobs', ...digest.split(':')), content);
  writeFileSync(join(layout, 'oci-layout'), '{"imageLayoutVersion":"1.0.0"}');
  const top = { mediaType: MANIFEST_TYPE, digest: manifestDigest, size: manifest.length };
  const annotations = { 'org.opencontainers.image.ref.name': '1' };
  writeFileSync(
    join(layout, 'index.json'),
    JSON.stringify({ schemaVersion: 2, manifests: [{ ...top, annotations }] }),
  );
  return { layout, manifestDigest, listing: listingOf(files) };
}
