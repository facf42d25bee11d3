import { X509Certificate } from 'node:crypto';
import { join, relative } from 'node:path/posix';
import { formatLabel } from '../../base/index.ts';
import { type AndroidSigning, keyStorePaths, signingKeys } from '../../config/index.ts';
import type { Target } from '../../graph/index.ts';
import type { Host } from '../../host/index.ts';
import { keyCertificate } from '../../tools/index.ts';
import type { Examined } from '../examined.ts';
import { broken, fine, found, notChecked, shellWord, together, warning } from '../found.ts';
import type { DoctorReport } from '../model.ts';
import { inDeclared } from '../no-workspace.ts';
import { exposure } from './exposure.ts';
import { DAY_MS, dayOf, ENDS_SOON_MS } from './validity.ts';

const ID = 'key/app';
const MAX_STORE_BYTES = 2 ** 20;
/** Google Play takes no key that ends before (its documentation, "Sign your app"). */
const PLAY_NEEDS_MS = Date.UTC(2033, 9, 22) + DAY_MS;

/** Key stores of apps: there, opened, for how long, and who else can read them. */
export function checkAppKeys(examined: Examined): DoctorReport {
  return inDeclared(examined, ID, ({ root, declared: { targets } }) =>
    together(
      targets.flatMap((target) => {
        const android = 'android' in target.spec ? target.spec.android : undefined;
        if (!android) return [];
        return signingKeys(android).map((key) => {
          const paths = keyStorePaths(android, [key]).map((path) => join(root, target.directory, path));
          return checkKey(examined.host, { root, target, key, paths });
        });
      }),
    ),
  );
}

interface AppKey {
  readonly root: string;
  readonly target: Target;
  readonly key: AndroidSigning;
  /** Where it may lie, absolute. */
  readonly paths: readonly string[];
}

function checkKey(host: Host, { root, target, key, paths }: AppKey): DoctorReport {
  const label = formatLabel(target.label);
  const path = paths.find((each) => host.fs.lstat(each)?.type === 'file');
  if (path === undefined) {
    const remedy = `put it to ${paths[0]!}, or take \`signing\` out of build.yaml: the app then stays unsigned`;
    const seen = `${label}: there is no key store ${key.storeFile.value}`;
    return found(key.kind === 'release' ? warning(ID, seen, { remedy }) : broken(ID, seen, { remedy }));
  }
  const name = relative(root, path);
  const open = key.kind === 'release' ? exposure(host.fs, ID, path) : [];
  const password = key.kind === 'debug' ? 'android' : host.env.variables.KEYSTORE_PASSWORD;
  if (!password)
    return together([
      found(...open),
      notChecked(ID, `${label}: KEYSTORE_PASSWORD is not set, so ${name} was not opened`),
    ]);
  return together([found(...open), validity(host, { label, name, path, key, password })]);
}

interface OpenableKey {
  readonly label: string;
  readonly name: string;
  readonly path: string;
  readonly key: AndroidSigning;
  readonly password: string;
}

function validity(host: Host, { label, name, path, key, password }: OpenableKey): DoctorReport {
  const { sizeBytes = 0 } = host.fs.lstat(path) ?? {};
  if (sizeBytes > MAX_STORE_BYTES) return notChecked(ID, `${label}: ${name} is too large for a key store`);
  const opened = keyCertificate(Buffer.from(host.fs.readFile(path)), { alias: key.keyAlias, password });
  if (!opened.ok) {
    const { code, message, hint } = opened.failure;
    const isPassword = code === 'release/key-password-wrong' && key.kind === 'release';
    const remedy = isPassword ? 'set KEYSTORE_PASSWORD to the password of the key store' : hint;
    return found(broken(ID, `${label}: ${name}: ${message}`, { remedy }));
  }
  const end = Date.parse(new X509Certificate(opened.value).validTo);
  const left = end - host.clock.now();
  const until = `${label}: the key ${key.keyAlias} of ${name} holds until ${dayOf(end)}`;
  const renew = `keytool -genkeypair -keystore ${shellWord(path)} -alias ${shellWord(key.keyAlias)}-2 -keyalg RSA -keysize 4096 -validity 10000`;
  if (left <= 0) {
    const seen = `${label}: the key ${key.keyAlias} of ${name} ended on ${dayOf(end)}`;
    return found(
      key.kind === 'release' ? broken(ID, seen, { remedy: renew }) : warning(ID, seen, { remedy: renew }),
    );
  }
  if (left < ENDS_SOON_MS) return found(warning(ID, until, { remedy: renew }));
  if (key.kind === 'release' && end < PLAY_NEEDS_MS)
    return found(warning(ID, `${until}, and Google Play asks for one beyond 2033-10-22`, { remedy: renew }));
  return found(fine(ID, until));
}
