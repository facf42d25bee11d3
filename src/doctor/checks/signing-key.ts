import { resolve } from 'node:path/posix';
import type { Host } from '../../host/index.ts';
import { defaultKey, keyPlace, loadKey } from '../../signing/index.ts';
import type { Examined } from '../examined.ts';
import { broken, fine, found, notChecked, together, warning } from '../found.ts';
import type { DoctorReport } from '../model.ts';
import { exposure } from './exposure.ts';
import { type GpgKeyEnd, gpgKeyEnd } from './gpg-key-end.ts';
import { dayOf, ENDS_SOON_MS } from './validity.ts';

const ID = 'key/signing';
const INSTALL_GPG = 'apt-get install gnupg';

/** The key of SIGNING_KEY, or of the document's place for it, and the program that some keys need. */
export async function checkSigningKey({ host, signal }: Examined): Promise<DoctorReport> {
  const key = ownKey(host);
  const program = host.processes.which('gpg', host.env.variables.PATH ?? '');
  if (!('path' in key)) return together([key, gpgPresence(program, false)]);
  const { path, isPgp } = key;
  const open = exposure(host.fs, ID, path);
  const parts = [found(...open), gpgPresence(program, isPgp)];
  if (!isPgp) parts.unshift(found(fine(ID, `${path} is a key in PEM, which has no end of its own`)));
  else if (program === undefined)
    parts.push(notChecked(ID, 'gpg is missing, so the end of the key is not known'));
  else parts.unshift(ofEnd(host, path, await gpgKeyEnd({ host, signal, program, path })));
  return together(parts);
}

interface OwnKey {
  readonly path: string;
  readonly isPgp: boolean;
}

function ownKey(host: Host): OwnKey | DoctorReport {
  const { fs, env } = host;
  const { SIGNING_KEY } = env.variables;
  const asked = defaultKey(env.variables);
  if (asked.kind !== 'file') return notChecked(ID, 'the key is in a keyring');
  const unset = { remedy: 'unset SIGNING_KEY' };
  if (SIGNING_KEY === '') return found(broken(ID, 'SIGNING_KEY names nothing', unset));
  const named = resolve(env.workingDirectory, asked.path);
  const place = keyPlace(fs, named);
  if (place.kind !== 'there' && SIGNING_KEY === undefined)
    return notChecked(
      ID,
      `SIGNING_KEY is not set and no key can be seen at ${named}: releases are not signed`,
    );
  if (place.kind === 'absent')
    return found(broken(ID, `SIGNING_KEY names ${named}, which is not there`, unset));
  const path = place.kind === 'there' ? place.path : named;
  const loaded = loadKey(fs, path, asked.asked);
  if (loaded.ok) {
    const { kind } = loaded.value;
    if (kind === 'pgp-secret' || kind === 'private') return { path, isPgp: kind === 'pgp-secret' };
    const remedy = 'name the file with the private key';
    return found(broken(ID, `${path} is a public key, which cannot sign`, { remedy }));
  }
  const { message, hint } = loaded.failure;
  return found(broken(ID, `${path}: ${message}`, hint === undefined ? unset : { remedy: hint }));
}

function gpgPresence(program: string | undefined, isNeeded: boolean): DoctorReport {
  if (program !== undefined) return found(fine('key/gpg', `gpg is ${program}`));
  const remedy = INSTALL_GPG;
  return found(
    isNeeded
      ? broken('key/gpg', 'the signing key is one of OpenPGP, and gpg was not found', { remedy })
      : warning('key/gpg', 'gpg was not found', { remedy }),
  );
}

function ofEnd({ clock }: Host, path: string, end: GpgKeyEnd): DoctorReport {
  if (end.kind === 'unknown') return notChecked(ID, `${path}: ${end.why}`);
  if (end.kind === 'never') return found(fine(ID, `${path} is a key of OpenPGP without an end`));
  const left = end.timeMs - clock.now();
  const remedy = `gpg --quick-set-expire ${end.fingerprint} 1y`;
  if (left <= 0) return found(broken(ID, `${path} ended on ${dayOf(end.timeMs)}`, { remedy }));
  const seen = `${path} holds until ${dayOf(end.timeMs)}`;
  return found(left < ENDS_SOON_MS ? warning(ID, seen, { remedy }) : fine(ID, seen));
}
