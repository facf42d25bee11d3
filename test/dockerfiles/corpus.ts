/** The corpus of Dockerfiles: each folder is a build context with its Dockerfile, and is built by our reader and assembler. */
import assert from 'node:assert/strict';
import {
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { listTree, type Tree, type TreeLeaf, treeFromFiles } from '../../src/action/index.ts';
import { type Diagnostic, digestOf, type Label } from '../../src/base/index.ts';
import { realHost } from '../../src/host/index.ts';
import { parseIgnoreFile } from '../../src/oci/index.ts';
import { ContextFiles } from '../../src/rules/image/context-files.ts';
import { outsideNeedsOf } from '../../src/rules/image/outside-needs.ts';
import { Problems } from '../../src/rules/image/problems.ts';
import { type ReadImage, readImage } from '../../src/rules/image/read-image.ts';
import { OWN_COMMANDS } from '../../src/rules/own-commands.ts';
import { completeLayout } from '../../src/tools/image/testing.ts';
import { dispatch } from '../../src/tools/index.ts';

export const CORPUS = import.meta.dirname;
export const CREATED_AT = 0;

/** Beside a Dockerfile: names of corpus images that it stands on, and a file that an address gives. */
const NEEDS = 'needs';
export const FETCHED = 'fetched';
/** What a case has that is no part of its context. */
export const NOT_CONTEXT = [NEEDS, FETCHED, 'expected'];

export interface CorpusCase {
  readonly name: string;
  readonly folder: string;
  readonly dockerfile: string;
  readonly needs: readonly string[];
  readonly hasRun: boolean;
  /** It has a file that an address gives. */
  readonly isFetching: boolean;
  /** Layers as our listing writes them, where buildah does not know the instruction. */
  readonly expected: string | undefined;
}

export function readCorpus(): CorpusCase[] {
  return readdirSync(CORPUS, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => {
      const folder = join(CORPUS, name);
      const text = (file: string): string | undefined =>
        existsSync(join(folder, file)) ? readFileSync(join(folder, file), 'utf8') : undefined;
      const dockerfile = text('Dockerfile') ?? '';
      return {
        name,
        folder,
        dockerfile,
        needs:
          text(NEEDS)
            ?.split('\n')
            .filter((each) => each !== '') ?? [],
        isFetching: text(FETCHED) !== undefined,
        hasRun: /^(?:ONBUILD )?RUN /m.test(dockerfile),
        expected: text('expected'),
      };
    })
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Files and links of a folder, relative to it; no link is followed. */
function pathsOf(folder: string, prefix = ''): string[] {
  return readdirSync(join(folder, prefix), { withFileTypes: true }).flatMap((entry) => {
    const path = join(prefix, entry.name);
    return entry.isDirectory() ? pathsOf(folder, path) : NOT_CONTEXT.includes(path) ? [] : [path];
  });
}

function treeOf(folder: string): Tree {
  const leaves = pathsOf(folder).map((path): readonly [string, TreeLeaf] => {
    const full = join(folder, path);
    if (lstatSync(full).isSymbolicLink()) return [path, { symlink: readlinkSync(full) }];
    const isExecutable = (lstatSync(full).mode & 0o100) !== 0;
    return [path, { digest: digestOf(readFileSync(full)), isExecutable }];
  });
  return treeFromFiles(new Map(leaves));
}

export interface ReadCase {
  readonly image: ReadImage | undefined;
  readonly files: ContextFiles;
  readonly diagnostics: readonly Diagnostic[];
}

/** Reads a case as the rule does. */
export function readCase({ folder, dockerfile, needs }: CorpusCase): ReadCase {
  const tree = treeOf(folder);
  const ignorePath = join(folder, '.dockerignore');
  const ignore = parseIgnoreFile(existsSync(ignorePath) ? readFileSync(ignorePath, 'utf8') : '');
  const paths = listTree(tree).map(({ path }) => path);
  const sources = { digest: tree.digest, tree, paths, readText: () => undefined };
  const files = new ContextFiles(sources, ignore);
  const problems = new Problems();
  const file = { path: 'Dockerfile', text: dockerfile };
  const image = readImage({
    file,
    architecture: 'amd64',
    createdAt: CREATED_AT,
    imagePrefix: 'mobileops-',
    buildArgs: {},
    context: files,
    problems,
    isNeeded: ({ name }: Label) => needs.includes(name),
    dockerfileOf({ name }: Label) {
      const path = join(CORPUS, name, 'Dockerfile');
      return existsSync(path) ? { path: `${name}/Dockerfile`, text: readFileSync(path, 'utf8') } : undefined;
    },
  });
  return { image, files, diagnostics: problems.inOrder(file) };
}

/** Builds a case that has no RUN into an OCI layout at `out`; what it needs lies in `layouts` already. */
export async function buildCase(
  each: CorpusCase,
  where: { work: string; layouts: string; out: string },
): Promise<void> {
  const { image, files, diagnostics } = readCase(each);
  assert.deepEqual(
    diagnostics.filter(({ severity }) => severity === 'error'),
    [],
  );
  mkdirSync(where.work, { recursive: true });
  for (const { path } of listTree(files.tree())) {
    const to = join(where.work, 'context', path);
    mkdirSync(dirname(to), { recursive: true });
    const from = join(each.folder, path);
    if (lstatSync(from).isSymbolicLink()) symlinkSync(readlinkSync(from), to);
    else cpSync(from, to);
  }
  for (const need of each.needs)
    cpSync(join(where.layouts, need), join(where.work, 'deps/image', need), { recursive: true });
  const { urls, ...others } = outsideNeedsOf(image!.plan);
  assert.deepEqual(others, { images: [], runs: [] });
  if (urls.length > 0) {
    const content = readFileSync(join(each.folder, FETCHED));
    mkdirSync(join(where.work, 'fetched'), { recursive: true });
    writeFileSync(join(where.work, 'fetched', digestOf(content).hash), content);
  }
  writeFileSync(join(where.work, 'plan.json'), JSON.stringify(image!.plan));
  const temporaryDirectory = join(where.work, 'tmp');
  mkdirSync(temporaryDirectory);
  const { fs } = realHost();
  const result = await dispatch(
    ['image-assemble', `v${OWN_COMMANDS['image-assemble']}`, '--plan', 'plan.json', '--out', where.out],
    {
      fs,
      workingDirectory: where.work,
      temporaryDirectory,
    },
  );
  assert.deepEqual(result, { ok: true, value: undefined });
  const below = each.needs.map((need) => join(where.layouts, need));
  completeLayout(fs, where.out, below);
}
