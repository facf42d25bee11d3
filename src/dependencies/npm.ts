import { createHash } from 'node:crypto';
import { posix } from 'node:path';
import { type Diagnostic, type Digest, fail, ok, type Result } from '../base/index.ts';
import type { ProcessOutput } from '../host/index.ts';
import { type ClientContext, clientCache, missingClient, runClient, text } from './client.ts';

/** npm's own settings hold; these only keep it quiet, from running scripts and from printing an address into a lock. */
const FLAGS = [
  '--ignore-scripts',
  '--no-audit',
  '--no-fund',
  '--no-update-notifier',
  '--no-progress',
  '--omit-lockfile-registry-resolved',
];

interface NpmCall {
  readonly what: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly acceptedCodes?: readonly number[];
  readonly shownLines?: number;
}

/** Runs the machine's npm with our cache. */
export async function runNpm(context: ClientContext, call: NpmCall): Promise<Result<string, Diagnostic>> {
  const output = await npmOutput(context, call);
  return output.ok ? ok(text(output.value.stdout)) : output;
}

/** The same with what it says on its error stream. */
export async function npmOutput(
  context: ClientContext,
  call: NpmCall,
): Promise<Result<ProcessOutput, Diagnostic>> {
  const { host } = context;
  const npm = host.processes.which('npm', host.env.variables.PATH ?? '');
  if (npm === undefined)
    return fail(missingClient('npm', `npm is needed for ${call.what} and is not installed`));
  const cache = clientCache(context, 'npm');
  const argv = [npm, ...call.args, ...FLAGS, '--cache', cache];
  return runClient(context, { ...call, client: 'npm', argv });
}

/** The integrity that the index states for exact `name@version`. */
export async function npmIntegrity(
  context: ClientContext,
  spec: string,
): Promise<Result<string, Diagnostic>> {
  const cwd = clientCache(context, 'npm');
  const said = await runNpm(context, { what: spec, args: ['view', spec, 'dist.integrity', '--json'], cwd });
  if (!said.ok) return said;
  const match = /"(sha512-[A-Za-z0-9+/=]+)"/.exec(said.value);
  if (match) return ok(match[1]!);
  return fail({
    code: 'dependencies/unresolvable',
    severity: 'error',
    message: `the npm index has no ${spec} with a sha512 integrity`,
  });
}

/** Puts exact `name@version` specs into npm's cache. */
export async function addToNpmCache(
  context: ClientContext,
  specs: readonly string[],
): Promise<Result<string, Diagnostic>> {
  const what = specs.length === 1 ? specs[0]! : `${specs[0]} and ${specs.length - 1} more`;
  return runNpm(context, { what, args: ['cache', 'add', ...specs], cwd: clientCache(context, 'npm') });
}

/**
 * Takes a tarball out of npm's content-addressed cache into the store. The bytes are hashed here: what npm keeps under
 * an integrity is believed only when it has it. `undefined` when it is not there or is wrong.
 */
export function takeFromNpmCache(context: ClientContext, integrity: string): Digest | undefined {
  const { fs } = context.host;
  for (const { algorithm, hex } of hashesOf(integrity)) {
    const path = posix.join(
      clientCache(context, 'npm'),
      '_cacache/content-v2',
      algorithm,
      hex.slice(0, 2),
      hex.slice(2, 4),
      hex.slice(4),
    );
    if (fs.lstat(path)?.type !== 'file') continue;
    if (createHash(algorithm).update(fs.readFile(path)).digest('hex') !== hex) {
      fs.remove(path);
      continue;
    }
    return context.cas.putFile(path);
  }
  return undefined;
}

/** Strong hashes only: a package that has nothing but SHA-1 is refused before. */
function hashesOf(integrity: string): { algorithm: 'sha512' | 'sha384' | 'sha256'; hex: string }[] {
  const match = /^(sha512|sha384|sha256)-([A-Za-z0-9+/]+={0,2})$/.exec(integrity);
  if (!match) return [];
  const algorithm = match[1] as 'sha512' | 'sha384' | 'sha256';
  return [{ algorithm, hex: Buffer.from(match[2]!, 'base64').toString('hex') }];
}
