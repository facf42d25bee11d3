import { posix } from 'node:path';
import { ok, type Result } from '../base/index.ts';
import { parseArguments } from './arguments.ts';
import { fileBytes } from './byte-stream.ts';
import { gunzipped } from './gzip.ts';
import { linkBins } from './npm-bins.ts';
import { TarFormatError } from './tar-format-error.ts';
import { readTar, type TarMember } from './tar-reader.ts';
import { badInput, type Tool, type ToolContext, type ToolFailure, usage } from './tool.ts';

/** A package to unpack: where it goes, and its tarball; both relative to the working folder. */
export interface NpmPackage {
  readonly path: string;
  readonly tarball: string;
}

/** More than any honest package holds: what exceeds it was made to fill a disk. */
const MAX_PACKAGE_BYTES = 4 * 2 ** 30;
const MAX_PACKAGE_MEMBERS = 500_000;

/** `node_modules/a/node_modules/@b/c`: only folders that npm itself would make. */
const PACKAGE_PATH =
  /^node_modules\/(?:@[^/\0]+\/)?[^./@\0][^/\0]*(?:\/node_modules\/(?:@[^/\0]+\/)?[^./@\0][^/\0]*)*$/;

/**
 * `npm-unpack v1 <listing>`: unpacks the packages that the JSON listing (`NpmPackage[]`) names into `node_modules`, as
 * npm lays them out: first path component dropped, modes 0644 and 0755, `.bin` links for the commands that packages
 * declare. Links within tarballs are left out, as npm does; no script of a package is run.
 */
export const npmUnpack: Tool = async (args, context) => {
  const parsed = parseArguments(args, []);
  if (!parsed.ok) return parsed;
  const [listing, ...rest] = parsed.value.operands;
  if (listing === undefined || rest.length > 0) return usage('npm-unpack <listing>');
  const packages = parseListing(context.fs.readText(posix.resolve(context.workingDirectory, listing)));
  if (!packages) return usage(`${listing} is no list of packages`);
  context.fs.makeDirectory(posix.resolve(context.workingDirectory, 'node_modules'));
  for (const each of packages) {
    const unpacked = await unpack(context, each);
    if (!unpacked.ok) return unpacked;
  }
  linkBins(
    context,
    packages.map(({ path }) => path),
  );
  return ok(undefined);
};

function parseListing(text: string): NpmPackage[] | undefined {
  const value: unknown = JSON.parse(text);
  const isPackage = (each: unknown): each is NpmPackage =>
    typeof each === 'object' &&
    each !== null &&
    'path' in each &&
    'tarball' in each &&
    typeof each.tarball === 'string' &&
    typeof each.path === 'string' &&
    PACKAGE_PATH.test(each.path);
  return Array.isArray(value) && value.every(isPackage) ? value : undefined;
}

async function unpack(
  context: ToolContext,
  { path, tarball }: NpmPackage,
): Promise<Result<undefined, ToolFailure>> {
  const root = posix.resolve(context.workingDirectory, path);
  const source = fileBytes(context.fs, posix.resolve(context.workingDirectory, tarball));
  const writer = new PackageWriter(context, root);
  try {
    for await (const member of readTar(gunzipped(source))) {
      const problem = await writer.add(member);
      if (problem) return badInput(`${path}: ${problem}`);
    }
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    const isDamage =
      error instanceof TarFormatError || code.startsWith('Z_') || code === 'ERR_STREAM_PREMATURE_CLOSE';
    if (isDamage) return badInput(`${path}: its tarball is damaged: ${(error as Error).message}`);
    if (code === 'EISDIR' || code === 'ENOTDIR' || code === 'EEXIST')
      return badInput(`${path}: its tarball holds a file and a folder of one name`);
    throw error;
  }
  return writer.members === 0 ? badInput(`${path}: its tarball is empty`) : ok(undefined);
}

class PackageWriter {
  members = 0;
  readonly #fs: ToolContext['fs'];
  readonly #root: string;
  readonly #folders = new Set<string>();
  #sizeBytes = 0;

  constructor({ fs }: ToolContext, root: string) {
    this.#fs = fs;
    this.#root = root;
    this.#folder(root);
  }

  /** What is wrong with the member; nothing of it is written then. */
  async add(member: TarMember): Promise<string | undefined> {
    this.members++;
    if (this.members > MAX_PACKAGE_MEMBERS || this.#sizeBytes + member.sizeBytes > MAX_PACKAGE_BYTES)
      return 'it is larger than a package may be';
    if (member.kind !== 'file' && member.kind !== 'directory') return undefined;
    const names = member.path.split('/').filter((name) => name !== '' && name !== '.');
    if (member.path.startsWith('/') || names.includes('..') || member.path.includes('\0'))
      return `the name ${JSON.stringify(member.path)} leads out of the package`;
    const path = posix.join(this.#root, ...names.slice(1));
    if (member.kind === 'directory' || names.length < 2) {
      if (member.kind === 'directory') this.#folder(path);
      return undefined;
    }
    this.#folder(posix.dirname(path));
    using file = this.#fs.open(path, 'w', (member.mode & 0o111) === 0 ? 0o644 : 0o755);
    for await (const chunk of member.bytes) file.write(chunk);
    this.#sizeBytes += member.sizeBytes;
    return undefined;
  }

  #folder(path: string): void {
    if (this.#folders.has(path)) return;
    this.#fs.makeDirectory(path);
    this.#folders.add(path);
  }
}
