import { X509Certificate } from 'node:crypto';
import { posix } from 'node:path';
import { fail, ok, type Result, renderDiagnostic } from '../../base/index.ts';
import { parseArguments } from '../arguments.ts';
import { filesIn } from '../folder.ts';
import { type KeyProblem, keyCertificate } from '../keystore/key-certificate.ts';
import { badInput, type Tool, usage } from '../tool.ts';
import { addHeaders } from './site-headers.ts';
import { siteBase } from './site-html.ts';

/** Native apps that may show a site as theirs, as rules write them down. */
export interface Associations {
  readonly android: readonly {
    readonly applicationId: string;
    /** SHA-256 fingerprints, `AB:CD:…`. */
    readonly certificates: readonly string[];
    /** Keys whose certificates count, too. */
    readonly keys: readonly DebugKey[];
  }[];
  /** `ABCDE12345.com.example.app`. */
  readonly ios: readonly string[];
}

/** A key whose password is well known. */
export interface DebugKey {
  /** Relative to the working folder: PKCS#12 or JKS. */
  readonly storeFile: string;
  readonly keyAlias: string;
  /** The store as the user knows it, for what is wrong with it. */
  readonly shownAs: string;
}

const DEBUG_PASSWORD = 'android';
const FOLDER = '.well-known';
const APPLE = 'apple-app-site-association';

/**
 * `site-associations v2 --apps <json> <site>`: writes `.well-known/assetlinks.json` and `apple-app-site-association`, by
 * which Android and iOS believe that an app may open the addresses of a site. A file that the site brings is refused.
 * Spec: https://developers.google.com/digital-asset-links, https://developer.apple.com/documentation/xcode/supporting-associated-domains
 */
export const siteAssociations: Tool = async (args, context) => {
  const parsed = parseArguments(args, ['apps']);
  if (!parsed.ok) return parsed;
  const { options, operands } = parsed.value;
  if (operands.length !== 1 || options.apps === undefined)
    return usage('site-associations --apps <json> <site>');
  const { fs, workingDirectory } = context;
  const at = (path: string): string => posix.resolve(workingDirectory, path);
  const site = at(operands[0]!);
  const isFile = filesIn(fs, site);
  const base = siteBase(fs.readText(posix.join(site, 'index.html')), isFile);
  if (base !== '/' && base !== './') return badInput(notAtTheTop(base));
  const { android, ios } = JSON.parse(fs.readText(at(options.apps))) as Associations;
  const statements: unknown[] = [];
  for (const { applicationId, certificates, keys } of android) {
    const read = keyFingerprints(keys, (path) => fs.readFile(at(path)));
    if (!read.ok) return badInput(read.failure);
    statements.push({
      relation: ['delegate_permission/common.handle_all_urls'],
      target: {
        namespace: 'android_app',
        package_name: applicationId,
        sha256_cert_fingerprints: joined(certificates, read.value),
      },
    });
  }
  const written: (readonly [string, unknown])[] = [
    ...(statements.length > 0 ? [['assetlinks.json', statements] as const] : []),
    ...(ios.length > 0 ? [[APPLE, appleAssociation(ios)] as const] : []),
  ];
  fs.makeDirectory(posix.join(site, FOLDER));
  for (const [name, content] of written) {
    const path = posix.join(FOLDER, name);
    if (isFile(path))
      return badInput(`the site has a ${path} of its own; take it out, or leave \`web.apps\` out`);
    fs.writeFile(posix.join(site, path), `${JSON.stringify(content, undefined, 2)}\n`, 0o644);
  }
  if (ios.length === 0) return ok(undefined);
  // Its name has no ending that a server could tell the type by, and iOS wants this one.
  const headers = { 'Content-Type': 'application/json' };
  const added = addHeaders(context, site, { path: `/${FOLDER}/${APPLE}`, headers });
  return added.ok ? ok(undefined) : badInput(added.failure);
};

const notAtTheTop = (base: string): string =>
  `the site is built for ${base}, but Android and iOS look for ${FOLDER} at the top of its host; build it for /, or leave \`web.apps\` out and put the files there by hand`;

function keyFingerprints(
  keys: readonly DebugKey[],
  read: (path: string) => Uint8Array,
): Result<string[], string> {
  const found: string[] = [];
  for (const { storeFile, keyAlias, shownAs } of keys) {
    const certificate = keyCertificate(Buffer.from(read(storeFile)), {
      alias: keyAlias,
      password: DEBUG_PASSWORD,
    });
    if (!certificate.ok) return fail(toldOf(certificate.failure, shownAs));
    found.push(new X509Certificate(certificate.value).fingerprint256);
  }
  return ok(found);
}

function toldOf({ code, message, hint }: KeyProblem, path: string): string {
  return renderDiagnostic({ code, severity: 'error', message, hint, path, cause: 'input' }).trimEnd();
}

/** Upper case, each once, in a fixed order. */
function joined(stated: readonly string[], computed: readonly string[]): string[] {
  return [...new Set([...stated.map((each) => each.toUpperCase()), ...computed])].sort();
}

function appleAssociation(appIDs: readonly string[]): unknown {
  return {
    applinks: { details: [{ appIDs, components: [{ '/': '*' }] }] },
    webcredentials: { apps: appIDs },
  };
}
