import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeBase } from './base.ts';
import { ContentSource, type ExpectedFile, expectedOf, writeFile, writeLarge, writeTree } from './content.ts';
import type { ImageSizes } from './sizes.ts';

export const WORK_NAMES = ['tree', 'big', 'huge', 'run', 'no-run', 'hello'] as const;
export type WorkName = (typeof WORK_NAMES)[number];

/** One image to build: the same instructions over the same files for every tool. */
export interface Work {
  readonly name: WorkName;
  /** Our workspace; the context of the peers is its folder `context`. */
  readonly root: string;
  readonly hasBase: boolean;
  /** Folders of the context, each copied to `/data/<folder>/` as a layer of its own. */
  readonly folders: readonly string[];
  /** Commands of the shell, each a RUN. */
  readonly steps: readonly string[];
  /** Regular files of the image by path, all that lie below `VERIFIED`. */
  readonly expected: Map<string, ExpectedFile>;
  /** The context's file that `edit` changes. */
  readonly edited?: string;
}

/** What is compared of an image: not the base's programs, and not what a tool leaves in `/etc` for a RUN. */
export const VERIFIED = ['data/', 'pad/', 'steps'];

/** Writes a workspace with everything that the image needs. */
export function makeWork(name: WorkName, root: string, sizes: ImageSizes): Work {
  const source = new ContentSource();
  const expected = new Map<string, ExpectedFile>();
  const hasBase = name === 'tree' || name === 'run' || name === 'no-run';
  if (hasBase) for (const [path, file] of makeBase(source, join(root, 'base'))) expected.set(path, file);
  const folders = FOLDERS[name];
  for (const folder of folders) {
    for (const [path, file] of fill(source, { folder, root: join(root, 'context', folder), sizes }))
      expected.set(`data/${folder}/${path}`, file);
  }
  const steps =
    name === 'run' ? Array.from({ length: sizes.runSteps }, (_, at) => `echo ${at} >> /steps`) : [];
  if (steps.length > 0) {
    const text = steps.map((_, at) => `${at}\n`).join('');
    expected.set('steps', expectedOf(Buffer.from(text)));
  }
  const edited = [...expected.keys()].find((path) => /^data\/(tree|hello)\/.*\.txt$/.test(path));
  const work = { name, root, hasBase, folders, steps, expected };
  return edited === undefined ? work : { ...work, edited: edited.slice('data/'.length) };
}

const FOLDERS: Readonly<Record<WorkName, readonly string[]>> = {
  tree: ['tree'],
  // What seldom changes comes first, as one writes a Dockerfile.
  big: ['big', 'tree'],
  huge: ['huge'],
  run: ['hello'],
  'no-run': ['hello'],
  hello: ['hello'],
};

function fill(
  source: ContentSource,
  { folder, root, sizes }: { folder: string; root: string; sizes: ImageSizes },
): Map<string, ExpectedFile> {
  if (folder === 'tree') return writeTree(source, { root, files: sizes.treeFiles, bytes: sizes.treeBytes });
  if (folder === 'hello')
    return new Map([['hello.txt', writeFile(join(root, 'hello.txt'), Buffer.from('hello\n'))]]);
  const bytes = folder === 'big' ? sizes.bigBytes : sizes.hugeBytes;
  return new Map([['large.bin', writeLarge(source, { path: join(root, 'large.bin'), bytes })]]);
}

/** The instructions, over a context of which the folders lie below `prefix`. */
export function dockerfileOf(work: Work, { base, prefix }: { base: string; prefix: string }): string {
  return [
    `FROM ${work.hasBase ? base : 'scratch'}`,
    ...work.folders.map((folder) => `COPY ${prefix}${folder}/ /data/${folder}/`),
    ...work.steps.map((step) => `RUN ${step}`),
    '',
  ].join('\n');
}

/** Changes one file of the context, each time in another way. */
export function edit(work: Work, count: number): void {
  if (work.edited === undefined) throw new Error(`${work.name} has no file to edit`);
  const path = join(work.root, 'context', work.edited);
  const text = readFileSync(path, 'latin1').replace(/^edit \d+\n/, '');
  const content = Buffer.from(`edit ${count}\n${text}`, 'latin1');
  writeFileSync(path, content);
  work.expected.set(`data/${work.edited}`, expectedOf(content));
}
