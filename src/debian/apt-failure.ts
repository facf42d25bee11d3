import type { Diagnostic } from '../base/index.ts';
import type { ProcessOutput } from '../host/index.ts';
import type { DebianCode } from './diagnostics.ts';

const UNSIGNED =
  /GPG error|is not signed|NO_PUBKEY|EXPKEYSIG|REVKEYSIG|couldn't be verified|could not be verified|BADSIG|Release file for .* is (not valid yet|expired)|weak security/i;
const NETWORK =
  /Could not (connect|resolve)|Temporary failure|Connection (failed|timed out|refused|reset)|Unable to connect|Network is unreachable|Could not handshake|certificate|50[0-9] +[A-Z]|407 |Clearsigned file isn't valid|timed out|Undetermined Error|Failed to fetch/i;
const NO_SUITE = /does not have a Release file|404 +Not Found/i;

/** A diagnostic from what apt said, for `what` it was asked to do. */
export function aptFailure(what: string, output: ProcessOutput): Diagnostic {
  const said = `${textOf(output.stderr)}\n${textOf(output.stdout)}`;
  const base = { severity: 'error', cause: 'environment' } as const;
  if (UNSIGNED.test(said)) {
    return {
      ...base,
      code: 'debian/unsigned' satisfies DebianCode,
      message: `the signature is missing, wrong or out of date for ${what}: ${gist(said)}`,
      hint: 'check the mirror, the clock, and that the package with the archive keys is up to date',
    };
  }
  if (NO_SUITE.test(said)) {
    return {
      ...base,
      code: 'debian/apt-failed' satisfies DebianCode,
      message: `the mirror lacks what is asked for, ${what}: ${gist(said)}`,
      hint: 'check the release and the components, and that the mirror still holds them',
    };
  }
  if (NETWORK.test(said)) {
    return {
      ...base,
      code: 'debian/network' satisfies DebianCode,
      message: `apt could not reach its mirror for ${what}: ${gist(said)}`,
      hint: "check the connection and apt's proxy settings, then run the command again: it goes on where it stopped",
    };
  }
  const ended =
    output.code === undefined ? `was ended by ${output.signal ?? 'a signal'}` : `failed (${output.code})`;
  return {
    ...base,
    code: 'debian/apt-failed' satisfies DebianCode,
    message: `apt ${ended} for ${what}: ${gist(said)}`,
    hint: 'what apt says above tells the cause',
  };
}

const SHOWN_LINES = 8;

/** Errors where there are some, else the last lines; credentials in addresses removed. */
export function gist(said: string): string {
  const lines = said.split('\n').map((line) => line.trimEnd());
  const errors = lines.filter((line) => /^(E|W|Err): ?|^Err:|^dpkg-deb: error/.test(line));
  const kept = errors.length > 0 ? [...new Set(errors)] : lines.filter((line) => line !== '');
  return withoutCredentials(kept.slice(-SHOWN_LINES).join('\n')).trim();
}

/** `scheme://user:secret@host` without the middle. */
export function withoutCredentials(text: string): string {
  return text.replace(/([a-z][a-z0-9+.-]*:\/\/)[^\s/@]+@/gi, '$1');
}

export function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString();
}
