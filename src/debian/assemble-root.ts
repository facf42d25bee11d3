import { type Diagnostic, fail, ok, type Result } from '../base/index.ts';
import type { FileSystem, Host } from '../host/index.ts';
import type { AccountFiles } from './accounts.ts';
import type { DebianCode } from './diagnostics.ts';
import { emptyDatabase, file, unpackedDatabase } from './dpkg-database.ts';
import { packageFile } from './fetch-packages.ts';
import { accountMasters, applyLeafRules } from './leaf-rules.ts';
import type { LockedPackage, LockedRoot } from './model.ts';
import { layerTree, packageTree } from './package-tree.ts';
import { readDeb, type UnpackedPackage, type UnpackOptions } from './read-deb.ts';
import { type Additions, addToRoot } from './root-paths.ts';
import type { RootTree } from './root-tree.ts';

export interface AssembleOptions extends UnpackOptions {
  /** Where `fetchPackages` put the files. */
  readonly packagesDirectory: string;
  /** Seconds since 1970: what is made here has this time, and nothing that is unpacked a later one. */
  readonly newestAt: number;
}

type Assembled = Result<RootTree, readonly Diagnostic[]>;

/**
 * The root of a leaf image (`scripts: none`): all packages unpacked, dpkg's database with their status `unpacked`, accounts
 * and places by rule, then the image's own users and paths. The same for the same lock.
 */
export async function leafRoot(
  root: LockedRoot,
  { additions, ...options }: AssembleOptions & { readonly additions: Omit<Additions, 'modifiedAt'> },
): Promise<Assembled> {
  const unpacked = await unpackPackages(root, root.locked, options);
  if (!unpacked.ok) return unpacked;
  const { fs } = options.host;
  const modifiedAt = options.newestAt;
  const { tree, lists, problems } = packageTree(unpacked.value, { newestAt: modifiedAt });
  if (problems.length > 0) return fail(problems);
  unpackedDatabase(tree, { packages: unpacked.value, lists, fs, modifiedAt });
  applyLeafRules({ tree, fs, modifiedAt });
  const added = addToRoot(tree, accountsOf(tree, fs), { ...additions, modifiedAt });
  return added.ok ? ok(tree) : added;
}

/** Exits with the code by which invoke-rc.d knows that no service may be started; see its manual page. */
const POLICY = '#!/bin/sh\nexit 101\n';
export const POLICY_PATH = 'usr/sbin/policy-rc.d';

/**
 * The first layer of a root whose maintainer scripts run (`scripts: run`): the files of the essential packages and what
 * they need, so that `configureScript` has a shell and dpkg to run with; dpkg's database is empty, and no service may
 * be started (also in later RUNs).
 */
export async function bootstrapRoot(root: LockedRoot, options: AssembleOptions): Promise<Assembled> {
  const names = new Set(root.bootstrap);
  const unpacked = await unpackPackages(
    root,
    root.locked.filter(({ name }) => names.has(name)),
    options,
  );
  if (!unpacked.ok) return unpacked;
  const { fs } = options.host;
  const modifiedAt = options.newestAt;
  const { tree, problems } = packageTree(unpacked.value, { newestAt: modifiedAt });
  if (problems.length > 0) return fail(problems);
  emptyDatabase(tree, modifiedAt);
  accountMasters({ tree, fs, modifiedAt });
  tree.put(POLICY_PATH, file(POLICY, modifiedAt, 0o755));
  return ok(tree);
}

/** The image's own users and paths as a layer on a root whose account files are `accounts`; `entries({ isLayer: true })` are its members. */
export function additionsLayer(accounts: AccountFiles, additions: Additions): Assembled {
  const tree = layerTree(additions.modifiedAt);
  const added = addToRoot(tree, accounts, additions);
  return added.ok ? ok(tree) : added;
}

function accountsOf(tree: RootTree, fs: FileSystem): AccountFiles {
  const text = (path: string): string => {
    const content = tree.file(path);
    if (!content) return '';
    return 'bytes' in content ? Buffer.from(content.bytes).toString() : fs.readText(content.file);
  };
  // Without base-passwd there is at least the one account that every kernel knows.
  return {
    passwd: text('etc/passwd') || 'root:*:0:0:root:/root:/bin/sh\n',
    group: text('etc/group') || 'root:*:0:\n',
  };
}

/** In the order of the lock's steps, as many at a time as there are processors. */
async function unpackPackages(
  root: LockedRoot,
  packages: readonly LockedPackage[],
  options: AssembleOptions,
): Promise<Result<readonly UnpackedPackage[], readonly Diagnostic[]>> {
  const { host, packagesDirectory } = options;
  const missing = missingUnpacker(host, host.env.variables.PATH ?? '');
  if (missing) return fail([missing]);
  host.fs.makeDirectory(options.directory, 0o700);
  const order = new Map(
    root.steps.flatMap((step) => (step.do === 'unpack' ? step.packages : [])).map((name, at) => [name, at]),
  );
  const sorted = [...packages].sort((a, b) => (order.get(a.name) ?? 0) - (order.get(b.name) ?? 0));
  const results: (UnpackedPackage | Diagnostic)[] = [];
  const queue = [...sorted.entries()];
  const work = async (): Promise<void> => {
    for (let next = queue.shift(); next; next = queue.shift()) {
      const [at, locked] = next;
      const read = await readDeb(packageFile(packagesDirectory, locked), {
        ...options,
        scratch: `deb-${at}`,
      });
      const problem = read.ok ? mismatch(read.value, locked) : read.failure;
      results[at] = problem === undefined && read.ok ? read.value : badArchive(locked, problem ?? '');
    }
  };
  await Promise.all(Array.from({ length: Math.max(1, host.env.cpuCount) }, work));
  const problems = results.filter((each): each is Diagnostic => 'severity' in each);
  return problems.length > 0
    ? fail(problems)
    : ok(results.filter((each): each is UnpackedPackage => !('severity' in each)));
}

/** `undefined` when what unpacks packages is on the search path. */
export function missingUnpacker(
  { processes }: Pick<Host, 'processes'>,
  path: string,
): Diagnostic | undefined {
  return processes.which('xz', path) ? undefined : NO_XZ;
}

const NO_XZ: Diagnostic = {
  code: 'debian/no-xz' satisfies DebianCode,
  severity: 'error',
  message: 'packages cannot be unpacked: xz is missing',
  hint: '`apt-get install xz-utils`, or the like of another system',
  cause: 'environment',
};

/** The signed index and the file must speak of the same package. */
function mismatch({ name, control }: UnpackedPackage, locked: LockedPackage): string | undefined {
  const version = control.get('version');
  if (name === locked.name && version === locked.version) return undefined;
  return `it holds ${name} ${version ?? 'without a version'}`;
}

function badArchive(locked: LockedPackage, problem: string): Diagnostic {
  return {
    code: 'debian/bad-archive' satisfies DebianCode,
    severity: 'error',
    message: `the package file of ${locked.name} ${locked.version} cannot be used: ${problem}`,
    hint: 'fetch it again with `mobileops prepare`; if it is so on the mirror, use another package or version',
  };
}
