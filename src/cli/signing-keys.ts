import { resolve } from 'node:path/posix';
import type { Diagnostic } from '../base/index.ts';
import { fail, ok, type Result } from '../base/index.ts';
import {
  defaultKey,
  type KeyRequest,
  openSigner,
  type SignatureFormat,
  type Signer,
} from '../signing/index.ts';
import type { VerbContext } from './verb.ts';

/** The keys that flags name; none where there are no flags. */
export function namedKeys({ flags, host }: Pick<VerbContext, 'flags' | 'host'>): readonly KeyRequest[] {
  const files = flags.texts('key').map((path) => resolve(host.env.workingDirectory, path));
  return [
    ...files.map((path) => ({ kind: 'file', path, asked: '--key' }) as const),
    ...flags.texts('gpg-key').map((name) => ({ kind: 'keyring', name }) as const),
  ];
}

/** The keys that flags name, or else the one of the environment. */
export function requestedKeys(context: Pick<VerbContext, 'flags' | 'host'>): readonly KeyRequest[] {
  const named = namedKeys(context);
  if (named.length > 0) return named;
  const key = defaultKey(context.host.env.variables);
  if (key.kind !== 'file') return [key];
  return [{ ...key, path: resolve(context.host.env.workingDirectory, key.path) }];
}

/** Signers that are closed together. */
export interface OpenSigners extends AsyncDisposable {
  readonly signers: readonly Signer[];
}

/** Opens all keys, or none: what is wrong with each is said at once. */
export async function openSigners(
  { host, signal }: Pick<VerbContext, 'host' | 'signal'>,
  requests: readonly KeyRequest[],
  format?: SignatureFormat,
): Promise<Result<OpenSigners, readonly Diagnostic[]>> {
  const stack = new AsyncDisposableStack();
  const signers: Signer[] = [];
  const problems: Diagnostic[] = [];
  try {
    for (const request of requests) {
      const opened = await openSigner(host, request, { format, signal });
      if (opened.ok) signers.push(stack.use(opened.value));
      else problems.push(opened.failure);
    }
  } catch (error) {
    await stack.disposeAsync();
    throw error;
  }
  const twice = problems.length === 0 ? sameFormat(signers) : [];
  if (problems.length + twice.length === 0)
    return ok({ signers, [Symbol.asyncDispose]: () => stack.disposeAsync() });
  await stack.disposeAsync();
  return fail([...problems, ...twice]);
}

/** A file has one place for each kind of signature. */
function sameFormat(signers: readonly Signer[]): readonly Diagnostic[] {
  const counts = Map.groupBy(signers, ({ format }) => format);
  return [...counts]
    .filter(([, those]) => those.length > 1)
    .map(([format]) => ({
      code: 'signing/same-place',
      severity: 'error',
      message: `two keys of the format ${format} would write the same file`,
      hint: 'name one key of each kind',
      cause: 'input',
    }));
}
