import { generateKeyPairSync, type KeyObject, randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { realHost } from '../host/index.ts';
import type { SigningWorld } from './world.ts';

/** Keys and signatures of the fixtures, and a folder in which tests sign for real. */
export const FIXTURES = join(import.meta.dirname, '..', '..', 'test', 'fixtures', 'signing');

const HOST = realHost();
const PATH = HOST.env.variables.PATH ?? '';

export function fixture(name: string): string {
  return HOST.fs.readText(join(FIXTURES, name));
}

export const hasGpg = HOST.processes.which('gpg', PATH) !== undefined;

export const PASSPHRASES = { SIGNING_KEY_PASSWORD: 'secret', COSIGN_PASSWORD: 'pw' };

export interface SigningBench extends Disposable {
  readonly folder: string;
  /** With a folder for temporary files of its own, at `<folder>/tmp`. */
  readonly world: SigningWorld;
  /** Every program that was started. */
  readonly started: (readonly string[])[];
  /** Puts a file there and gives its path. */
  put(name: string, content: string): string;
  /** The same with a file of the fixtures. */
  copy(fixture: string, name?: string): string;
}

/** The real machine, with folders and variables of its own. */
export function signingBench(variables: Readonly<Record<string, string>> = PASSPHRASES): SigningBench {
  const host = HOST;
  const folder = join(host.env.temporaryDirectory, `mobileops-sign-${randomBytes(4).toString('hex')}`);
  const started: (readonly string[])[] = [];
  const put = (name: string, content: string): string => {
    host.fs.writeFile(join(folder, name), content);
    return join(folder, name);
  };
  host.fs.makeDirectory(join(folder, 'tmp'), 0o700);
  host.fs.makeDirectory(join(folder, 'home'), 0o700);
  const env = {
    ...host.env,
    temporaryDirectory: join(folder, 'tmp'),
    homeDirectory: join(folder, 'home'),
    variables: { PATH, ...variables },
  };
  const processes: SigningWorld['processes'] = {
    which: (name, path) => host.processes.which(name, path),
    run(argv, options) {
      started.push(argv);
      return host.processes.run(argv, options);
    },
  };
  return {
    folder,
    world: { fs: host.fs, processes, clock: host.clock, env },
    started,
    put,
    copy(name, as = name) {
      host.fs.copyFile(join(FIXTURES, name), join(folder, as));
      return join(folder, as);
    },
    [Symbol.dispose]: () => host.fs.remove(folder),
  };
}

/** A new key of one kind, in PEM, with its public half. */
export function newKey(kind: 'ec' | 'ed25519' | 'rsa'): { readonly secret: string; readonly public: string } {
  const pair =
    kind === 'ec'
      ? generateKeyPairSync('ec', { namedCurve: 'prime256v1' })
      : kind === 'rsa'
        ? generateKeyPairSync('rsa', { modulusLength: 2048 })
        : generateKeyPairSync('ed25519');
  const pem = (key: KeyObject, type: 'pkcs8' | 'spki'): string =>
    key.export({ format: 'pem', type: type as 'spki' }).toString();
  return { secret: pem(pair.privateKey, 'pkcs8'), public: pem(pair.publicKey, 'spki') };
}
