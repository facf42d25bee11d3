import { join } from 'node:path/posix';
import type { Host } from '../../host/index.ts';

/** Until when the key in a file can sign. */
export type GpgKeyEnd =
  | { readonly kind: 'never' }
  | { readonly kind: 'at'; readonly timeMs: number; readonly fingerprint: string }
  | { readonly kind: 'unknown'; readonly why: string };

export interface GpgKeyFile {
  readonly host: Host;
  readonly signal: AbortSignal;
  readonly program: string;
  readonly path: string;
}

const TIMEOUT_MS = 20_000;

/** Asks gpg, which opens nothing for it and is given a folder of its own, so that no keyring learns of the key. */
export async function gpgKeyEnd({ host, signal, program, path }: GpgKeyFile): Promise<GpgKeyEnd> {
  const { fs, env, processes } = host;
  const home = join(
    env.temporaryDirectory,
    `mobileops-doctor-${env.pid}-${Math.floor(env.random() * 2 ** 32)}`,
  );
  fs.makeDirectory(home, 0o700);
  try {
    const words = [
      '--homedir',
      home,
      '--batch',
      '--no-tty',
      '--no-autostart',
      '--with-colons',
      '--show-keys',
      path,
    ];
    const variables = { PATH: env.variables.PATH ?? '', LC_ALL: 'C' };
    const { code, stdout } = await processes.run([program, ...words], {
      env: variables,
      signal,
      timeoutMs: TIMEOUT_MS,
    });
    if (code !== 0) return { kind: 'unknown', why: `gpg does not read it (exit ${code ?? 'by a signal'})` };
    return endOfListing(Buffer.from(stdout).toString());
  } finally {
    fs.remove(home);
  }
}

interface ListedKey {
  readonly isPrimary: boolean;
  readonly canSign: boolean;
  /** Infinite where it has no end. */
  readonly endMs: number;
  readonly fingerprint: string;
}

/** The format of `--with-colons` (GnuPG, doc/DETAILS): field 7 is the end in seconds, field 12 the capabilities. */
export function endOfListing(text: string): GpgKeyEnd {
  const keys = listedKeys(text);
  const primary = keys.find(({ isPrimary }) => isPrimary);
  if (!primary) return { kind: 'unknown', why: 'it holds no key of OpenPGP' };
  const signing = keys.filter(({ canSign }) => canSign).map(({ endMs }) => endMs);
  if (signing.length === 0) return { kind: 'unknown', why: 'none of its keys signs' };
  const timeMs = Math.min(primary.endMs, Math.max(...signing));
  const { fingerprint } = primary;
  return timeMs === Number.POSITIVE_INFINITY ? { kind: 'never' } : { kind: 'at', timeMs, fingerprint };
}

function listedKeys(text: string): readonly ListedKey[] {
  const keys: ListedKey[] = [];
  for (const line of text.split('\n')) {
    const fields = line.split(':');
    const last = keys.at(-1);
    if (/^(sec|pub|ssb|sub)$/.test(fields[0]!)) keys.push(listedKey(fields));
    else if (fields[0] === 'fpr' && last?.fingerprint === '')
      keys[keys.length - 1] = { ...last, fingerprint: /^[0-9A-F]{40,64}$/.exec(fields[9] ?? '')?.[0] ?? '' };
  }
  return keys;
}

function listedKey(fields: readonly string[]): ListedKey {
  const end = fields[6] ?? '';
  return {
    isPrimary: fields[0] === 'sec' || fields[0] === 'pub',
    canSign: (fields[11] ?? '').includes('s'),
    endMs: /^\d+$/.test(end) ? Number(end) * 1000 : Number.POSITIVE_INFINITY,
    fingerprint: '',
  };
}
