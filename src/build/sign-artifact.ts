import { join } from 'node:path';
import { nodeAt, type Tree, treeFromFiles } from '../action/index.ts';
import { type Diagnostic, fail, ok, type Result } from '../base/index.ts';
import type { Cas } from '../cas/index.ts';
import {
  notReproducible,
  SIGNER_CLASS,
  SIGNER_PROGRAM,
  type SigningFailure,
  signingDiagnostic,
  signingPasswords,
  signOnce,
} from '../release/index.ts';
import type { SigningRequest, Toolchain, ToolName } from '../rules/index.ts';
import { javaClasses } from '../toolchain/index.ts';
import { cacheFolder } from './cache-folder.ts';
import { contentDigest } from './content-digest.ts';
import type { SettleOptions } from './settle-options.ts';

export interface SignOptions extends SettleOptions {
  toolchain(name: ToolName): Toolchain;
}

export interface SignedTree {
  readonly tree: Tree;
  /** See `contentDigest`. */
  readonly contentSha256?: string;
  /** When the certificate expires. */
  readonly validUntilMs: number;
  readonly diagnostics: readonly Diagnostic[];
}

/** What is said of an app that nobody signs. */
export function unsignedContent(
  cas: Pick<Cas, 'get'>,
  tree: Tree,
): Partial<Pick<SignedTree, 'contentSha256'>> {
  const bytes = tree.files[0] && cas.get(tree.files[0].digest);
  const content = bytes && contentDigest(bytes);
  return content?.ok ? { contentSha256: content.value } : {};
}

/** The signed form of an artifact's one file. */
export async function signArtifact(
  options: SignOptions,
  request: SigningRequest,
  artifact: { readonly path: string; readonly tree: Tree; readonly others?: readonly string[] },
): Promise<Result<SignedTree, Diagnostic>> {
  const { span } = request;
  const about = { subject: artifact.path, place: span ? { span } : {} };
  const { storeFile } = request;
  const refuse = (failure: SigningFailure): Result<SignedTree, Diagnostic> =>
    fail(
      signingDiagnostic('storeFile' in failure ? { ...failure, storeFile } : failure, {
        ...about,
        others: artifact.others,
      }),
    );
  const only = artifact.tree.files[0];
  if (!only) return refuse({ kind: 'not-signable', detail: 'there is no file to sign' });
  const { host } = options;
  const name = `sign-${host.env.pid}-${only.digest.hash.slice(0, 12)}`;
  const temporaryDirectory = join(cacheFolder(host), 'tmp', name);
  host.fs.makeDirectory(temporaryDirectory, 0o700);
  try {
    const signed = await sign({ ...options, temporaryDirectory }, request, only.digest);
    if (!signed.ok) return refuse(signed.failure);
    const { algorithm, contentSha256, validUntilMs } = signed.value;
    const strange = strangeCertificate(request, signed.value.certificate);
    if (strange) return refuse(strange);
    const warning = notReproducible(algorithm, about);
    return ok({
      tree: treeFromFiles(new Map([[only.name, { digest: signed.value.signed, isExecutable: false }]])),
      ...(contentSha256 === undefined ? {} : { contentSha256 }),
      validUntilMs,
      diagnostics: warning ? [warning] : [],
    });
  } finally {
    host.fs.remove(temporaryDirectory);
  }
}

/** The sites that know the app know it by the stated certificates, so a key with another one is refused. */
function strangeCertificate(
  { certificates, keyAlias }: SigningRequest,
  hash: string,
): SigningFailure | undefined {
  const certificate = hash.toUpperCase().replace(/..(?=.)/g, '$&:');
  if (!certificates || certificates.some((each) => each.toUpperCase() === certificate)) return undefined;
  return { kind: 'certificate-other', keyAlias, certificate };
}

async function sign(
  options: SignOptions & { readonly temporaryDirectory: string },
  request: SigningRequest,
  digest: Tree['digest'],
): ReturnType<typeof signOnce> {
  const { host, cas, actions, root, signal, temporaryDirectory } = options;
  const storeFile = join(root, request.storeFile);
  if (!host.fs.lstat(storeFile)) return fail({ kind: 'store-missing', storeFile: request.storeFile });
  const passwords = signingPasswords(request.keyKind, host.env.variables);
  if (!passwords.ok) return passwords;
  const path = cas.fileOf(digest, false);
  if (path === undefined) return fail({ kind: 'signer-failed', detail: 'the file is not in the store' });
  const signer = await signerClasspath(options);
  if (!signer.ok) return fail({ kind: 'signer-failed', detail: signer.failure });
  const { kind, minSdk, keyAlias } = request;
  return signOnce({
    processes: host.processes,
    fs: host.fs,
    java: javaProgram(options, 'java'),
    signerClasspath: signer.value,
    unsigned: { path, digest },
    output: join(temporaryDirectory, 'signed'),
    request: { kind, minSdk, keyAlias, storeFile },
    passwords: passwords.value,
    temporaryDirectory,
    signal,
    store: { cas, actionCache: actions },
    signerVersion: options.toolchain('apksig').version,
    nowMs: host.clock.now(),
    contentSha256: () => {
      const content = contentDigest(host.fs.readFile(path));
      return content.ok ? content.value : undefined;
    },
  });
}

/** apksig and our program, as files of this machine. */
async function signerClasspath(
  options: SignOptions & { readonly temporaryDirectory: string },
): Promise<Result<string, string>> {
  const { host, cas, signal, temporaryDirectory } = options;
  const apksig = options.toolchain('apksig');
  const classpath = hostPaths(options, apksig);
  if (classpath === undefined) return fail('the signing library is not in the store');
  const classes = await javaClasses(
    {
      ...{ fs: host.fs, processes: host.processes, cas, cacheDirectory: cacheFolder(host) },
      ...{ javac: javaProgram(options, 'javac'), javaVersion: options.toolchain('java').version },
      ...{ temporaryDirectory, signal },
    },
    {
      className: SIGNER_CLASS,
      source: SIGNER_PROGRAM,
      classpath,
      classpathVersion: `apksig ${apksig.version}`,
    },
  );
  if (!classes.ok) return classes;
  const folder = join(temporaryDirectory, 'classes');
  host.fs.makeDirectory(folder, 0o700);
  for (const { name, digest } of classes.value.files) {
    const content = cas.get(digest);
    if (!content) return fail('the signing program is not in the store');
    host.fs.writeFile(join(folder, name), content);
  }
  return ok(`${classpath}:${folder}`);
}

/** A tool's class path as files of the store: signing runs outside the sandbox. */
function hostPaths({ cas }: SignOptions, tool: Toolchain): string | undefined {
  const paths = (tool.files.jar ?? '').split(':').map((path) => {
    const mount = tool.mounts.find(({ at }) => path.startsWith(`${at}/`));
    if (mount?.tree.kind !== 'tree') return undefined;
    const found = nodeAt(mount.tree.tree, path.slice(mount.at.length + 1));
    return found?.kind === 'file' ? cas.fileOf(found.node.digest, false) : undefined;
  });
  return paths.every((path) => path !== undefined) ? paths.join(':') : undefined;
}

function javaProgram({ host, toolchain }: SignOptions, name: 'java' | 'javac'): string {
  const path = toolchain('java').files[name] ?? '';
  if (path !== '' && !path.startsWith('/tools/')) return path;
  return host.processes.which(name, host.env.variables.PATH ?? '') ?? name;
}
