import { posix } from 'node:path';
import type { FileSystem } from '../../host/index.ts';
import type { PackageGraph } from '../../packages/index.ts';
import { LOCK_FILE } from '../lockfile.ts';
import type { Lockfile } from '../model.ts';
import { packageLockHash } from '../resolved-from.ts';
import { GraphBuilder } from './graph-builder.ts';
import { addNodeGraph } from './node-graph.ts';
import { addLockedNode, addMaven, addPackageRoot, addPython, addTool } from './section-graphs.ts';

/** What a graph does not tell, so that nobody takes it for complete. */
export interface NotKnown {
  /** The label of a root, or what else the lock names. */
  readonly subject: string;
  readonly why: string;
  /** `wants`: its packages are known, and not which of them asks for which. */
  readonly lacks: 'packages' | 'wants';
  /** Purls of packages that are there for it, by a way that is not known. */
  readonly packages: readonly string[];
}

export interface WorkspacePackages extends PackageGraph {
  readonly notKnown: readonly NotKnown[];
}

export interface PackageGraphOptions {
  readonly lock: Lockfile;
  /** `package-lock.json` of the folders of `lock.node`. */
  readonly packageLocks: ReadonlyMap<string, string>;
  /** By folder, the label of the target that it belongs to; else the folder stands as the root's label. */
  readonly labels?: ReadonlyMap<string, string>;
}

/** Every package of the workspace, of every ecosystem, with who wants what. Pure: the texts have been read. */
export function packageGraph({ lock, packageLocks, labels }: PackageGraphOptions): WorkspacePackages {
  const builder = new GraphBuilder();
  const notKnown: NotKnown[] = [];
  const check = (subject: string, packages: readonly string[]): void => {
    if (packages.length > 0) notKnown.push({ subject, why: NO_WANTS, lacks: 'wants', packages });
  };
  for (const [label, section] of Object.entries(lock.python))
    check(label, addPython(builder, lock, label, section));
  for (const [label, section] of Object.entries(lock.maven)) check(label, addMaven(builder, label, section));
  for (const [name, tool] of Object.entries(lock.tools))
    check(`tool:${name}`, addTool(builder, lock, name, tool));
  for (const [folder, locked] of Object.entries(lock.node)) {
    const label = labels?.get(folder) ?? folder;
    const text = packageLocks.get(folder);
    const why =
      text === undefined
        ? 'its package-lock.json is not there'
        : addNodeGraph(builder, { label, folder, text, locked });
    if (why === undefined) {
      if (packageLockHash(text!) !== locked.from['package-lock.json'])
        notKnown.push({ subject: label, why: CHANGED, lacks: 'packages', packages: [] });
      continue;
    }
    const packages = addLockedNode(builder, label, locked);
    notKnown.push({
      subject: label,
      why: `who wants what is not known: ${why}`,
      lacks: 'wants',
      packages,
    });
  }
  for (const [label, root] of Object.entries(lock.roots ?? {})) {
    const packages = addPackageRoot(builder, label, root);
    const why =
      'who wants what among the packages of this image is not in the lock: `mobileops deps update` renews it';
    if (packages.length > 0) notKnown.push({ subject: label, why, lacks: 'wants', packages });
  }
  for (const image of Object.keys(lock.images ?? {}))
    notKnown.push({
      subject: image,
      why: 'what is in an image of a registry is not in the lock: ask the built image',
      lacks: 'packages',
      packages: [],
    });
  for (const hash of Object.keys(lock.urls ?? {}))
    notKnown.push({
      subject: `sha256:${hash}`,
      why: 'a file that was fetched by its address names no package',
      lacks: 'packages',
      packages: [],
    });
  return { ...builder.graph(), notKnown };
}

const CHANGED = `its package-lock.json is not the one that ${LOCK_FILE} was made with: \`mobileops deps lock\` renews it`;

const NO_WANTS = `who wants what is not in the ${LOCK_FILE}, which is of version 2: \`mobileops deps lock\` renews it`;

/** The packages of one `package-lock.json`, with or without a workspace around it. */
export function packageLockGraph(source: {
  readonly label: string;
  readonly folder: string;
  readonly text: string;
}): WorkspacePackages {
  const builder = new GraphBuilder();
  const why = addNodeGraph(builder, source);
  return {
    ...builder.graph(),
    notKnown: why === undefined ? [] : [{ subject: source.label, why, lacks: 'packages', packages: [] }],
  };
}

/** Lock files grow with the tree of packages; more than this is no lock. */
const MAX_TEXT_BYTES = 64 * 2 ** 20;

/** What `packageGraph` reads beside the lock; a file that is not there is absent here. */
export function readPackageLocks(fs: FileSystem, root: string, lock: Lockfile): ReadonlyMap<string, string> {
  const texts = new Map<string, string>();
  for (const folder of Object.keys(lock.node)) {
    const path = posix.join(root, folder, 'package-lock.json');
    const stat = fs.lstat(path);
    if (stat && stat.type !== 'directory' && stat.sizeBytes <= MAX_TEXT_BYTES)
      texts.set(folder, fs.readText(path));
  }
  return texts;
}
