import { type Diagnostic, fail, ok, type Result } from '../../base/index.ts';
import { problem } from '../problem.ts';
import type { Gpg } from './gpg-home.ts';
import { type GpgVerdict, type MadeSignature, verdicts } from './gpg-status.ts';

/** gpg with the keys that may have signed. */
export interface GpgTrust {
  readonly gpg: Gpg;
  /** Fingerprints, one of which must have signed; absent: keys that the user's own keyring trusts. */
  readonly pinned?: ReadonlySet<string>;
}

export interface GoodGpgSignature {
  /** Of the primary key. */
  readonly keyId: string;
  /** Seconds since 1970, as the signer says. */
  readonly signedAt: number;
}

/** MD5, SHA-1 and RIPEMD-160, for which others can make a second file with the same digest (RFC 9580, 9.5). */
const BROKEN_HASHES: readonly number[] = [1, 2, 3];

/** Checks `<path>.asc` over `path`, both absolute: each signature in it must be good, and by a key that counts. */
export async function verifyGpg(
  { gpg, pinned }: GpgTrust,
  path: string,
  signal: AbortSignal,
): Promise<Result<GoodGpgSignature, Diagnostic>> {
  const signature = `${path}.asc`;
  const output = await gpg.run(['--no-autostart', '--verify', '--', signature, path], { signal });
  const found = verdicts(output.status);
  if (found.length === 0) {
    const message = 'this is no OpenPGP signature';
    return fail(problem('signing/malformed', message, { path: signature, hint: 'sign the file again' }));
  }
  for (const verdict of found) {
    const wrong = whatIsWrong(verdict, pinned);
    if (wrong) return fail(problem(wrong.code, wrong.message, { path: signature, hint: wrong.hint }));
  }
  const [first] = found;
  if (first?.kind !== 'good') return fail(problem('signing/malformed', 'no signature', { path: signature }));
  return ok({ keyId: first.fingerprints.at(-1)!, signedAt: first.signedAt });
}

interface Wrong {
  readonly code: 'signing/bad-signature' | 'signing/other-key' | 'signing/key-expired' | 'signing/untrusted';
  readonly message: string;
  readonly hint: string;
}

const FETCH_AGAIN = 'do not use the file; fetch it and its signature again';

function whatIsWrong(verdict: GpgVerdict, pinned: ReadonlySet<string> | undefined): Wrong | undefined {
  switch (verdict.kind) {
    case 'bad':
    case 'no-signature':
      return { code: 'signing/bad-signature', message: 'the file is not what was signed', hint: FETCH_AGAIN };
    case 'unknown-key':
      return otherKey(verdict.keyId);
    case 'expired-key':
    case 'expired-signature':
    case 'revoked-key': {
      const message = `signed, but by ${verdict.kind === 'revoked-key' ? 'a revoked key' : 'a key or for a time that ended'}`;
      return { code: 'signing/key-expired', message, hint: 'ask for a signature by a key that is valid' };
    }
    case 'good':
      return weakness(verdict, pinned);
  }
}

function otherKey(keyId: string): Wrong {
  const message = `signed by ${keyId}, which is none of the keys that were named`;
  return {
    code: 'signing/other-key',
    message,
    hint: 'name the key that you expect, once you know it is theirs',
  };
}

function weakness(
  { fingerprints, hashAlgorithm, isTrusted }: MadeSignature,
  pinned: ReadonlySet<string> | undefined,
): Wrong | undefined {
  if (BROKEN_HASHES.includes(hashAlgorithm))
    return {
      code: 'signing/bad-signature',
      message: 'the signature is over a digest that can be forged (MD5, SHA-1 or RIPEMD-160)',
      hint: 'ask for a signature with SHA-256 or SHA-512',
    };
  if (pinned) return fingerprints.some((each) => pinned.has(each)) ? undefined : otherKey(fingerprints[0]!);
  if (isTrusted) return undefined;
  const key = fingerprints.at(-1)!;
  const message = `signed by ${key}, which is in the keyring, but not trusted there`;
  return { code: 'signing/untrusted', message, hint: `when you know that it is theirs: --gpg-key ${key}` };
}
