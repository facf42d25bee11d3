import type { Env, FileSystem, Processes } from '../../host/index.ts';
import { parseJson } from '../../oci/index.ts';
import { DOCKER_HUB } from '../settings.ts';

/** What a user may show to a registry. */
export type Credential =
  | { readonly kind: 'password'; readonly username: string; readonly password: string }
  /** A refresh token, which only a token server takes. */
  | { readonly kind: 'identity'; readonly token: string };

/** With what is wrong, where credentials could not be looked up: that may be why there are none. */
export interface FoundCredential {
  readonly credential?: Credential;
  readonly problem?: string;
}

export interface CredentialWorld {
  readonly fs: Pick<FileSystem, 'readTextIfExists'>;
  readonly processes: Pick<Processes, 'run' | 'which'>;
  readonly env: Pick<Env, 'variables' | 'homeDirectory'>;
}

type Fields = Readonly<Record<string, unknown>>;

const HELPER_TIMEOUT_MS = 60_000;
/** What a helper answers for a server that it does not know. */
const UNKNOWN_SERVER = 'credentials not found in native keychain';
/** A helper's user name when its secret is a refresh token. */
const TOKEN_USER = '<token>';

/**
 * The credentials of a registry as Docker keeps them: in `config.json` of DOCKER_CONFIG or `~/.docker`, by a helper of
 * `credHelpers`, else of `credsStore`, else in `auths`.
 */
export async function findCredential(
  world: CredentialWorld,
  host: string,
  signal?: AbortSignal,
): Promise<FoundCredential> {
  const { variables, homeDirectory } = world.env;
  const path = `${variables.DOCKER_CONFIG || `${homeDirectory}/.docker`}/config.json`;
  const configuration = readConfiguration(world, path);
  if (typeof configuration === 'string') return { problem: configuration };
  const key = host === DOCKER_HUB.host ? DOCKER_HUB.credentialKey : host;
  const helper = fields(configuration.credHelpers)[key] ?? fields(configuration.credHelpers)[host];
  const store = helper ?? configuration.credsStore;
  const stored: FoundCredential =
    typeof store === 'string' && store !== '' ? await askHelper(world, { store, key, signal }) : {};
  if (stored.credential) return stored;
  const credential = inFile(fields(configuration.auths), host, key);
  return credential ? { credential } : stored;
}

function readConfiguration(world: CredentialWorld, path: string): Fields | string {
  let text: string | undefined;
  try {
    text = world.fs.readTextIfExists(path);
  } catch (error) {
    return `${path} cannot be read (${codeOf(error)})`;
  }
  if (text === undefined) return {};
  const document = parseJson(text);
  return typeof document === 'object' && document !== null && !Array.isArray(document)
    ? (document as Fields)
    : `${path} is not JSON`;
}

function inFile(auths: Fields, host: string, key: string): Credential | undefined {
  const exact = auths[key] ?? auths[host];
  const name = Object.keys(auths).find((each) => hostOf(each) === host);
  const entry = fields(exact ?? (name === undefined ? undefined : auths[name]));
  if (isText(entry.identitytoken)) return { kind: 'identity', token: entry.identitytoken };
  if (isText(entry.auth)) {
    const text = Buffer.from(entry.auth, 'base64').toString('utf8').replaceAll('\0', '');
    const colon = text.indexOf(':');
    if (colon > 0) return password(text.slice(0, colon), text.slice(colon + 1));
  }
  return isText(entry.username) && isText(entry.password)
    ? password(entry.username, entry.password)
    : undefined;
}

/** Old entries are addresses. */
function hostOf(key: string): string {
  return key.replace(/^https?:\/\//, '').replace(/\/.*$/, '');
}

interface HelperQuestion {
  readonly store: string;
  readonly key: string;
  readonly signal: AbortSignal | undefined;
}

/** The protocol of `docker-credential-*`: `get` as argument, the server on standard input, JSON on standard output. */
async function askHelper(
  { processes, env }: CredentialWorld,
  { store, key, signal }: HelperQuestion,
): Promise<FoundCredential> {
  const name = `docker-credential-${store}`;
  const isName = /^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(store);
  const program = isName ? processes.which(name, env.variables.PATH ?? '') : undefined;
  if (program === undefined) return { problem: `the helper ${JSON.stringify(name)} is not in PATH` };
  const output = await processes.run([program, 'get'], {
    env: env.variables,
    stdin: key,
    timeoutMs: HELPER_TIMEOUT_MS,
    ...(signal ? { signal } : {}),
  });
  const text = Buffer.from(output.stdout).toString('utf8').trim();
  if (output.code !== 0) {
    // What it printed may hold anything, so it is not passed on.
    return text.includes(UNKNOWN_SERVER) ? {} : { problem: `${name} ended with an error (${output.code})` };
  }
  const { Username: username, Secret: secret } = fields(parseJson(text));
  if (!isText(secret) || typeof username !== 'string') return { problem: `${name} answered no credentials` };
  return {
    credential: username === TOKEN_USER ? { kind: 'identity', token: secret } : password(username, secret),
  };
}

function password(username: string, text: string): Credential {
  return { kind: 'password', username, password: text };
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

function fields(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? (value as Fields) : {};
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
}
