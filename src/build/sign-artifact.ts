import { join } from 'node:path';
import { nodeAt, type Tree, treeFromFiles } from '../action/index.ts';
import { describeSigningFailure, signApkOnce, signingPasswords } from '../release/index.ts';
import type { SigningRequest, Toolchain, ToolName } from '../rules/index.ts';
import { cacheFolder } from './cache-folder.ts';

import type { SettleOptions } from './settle-options.ts';

export interface SignOptions extends SettleOptions {
  toolchain(name: ToolName): Toolchain;
}

/** The signed form of an artifact's one file; the text says why it could not be made. */
export async function signArtifact(
  options: SignOptions,
  request: SigningRequest,
  tree: Tree,
): Promise<Tree | string> {
  const { host, cas, actions, root, signal } = options;
  const only = tree.files[0];
  if (!only) return 'there is no file to sign';
  const passwords = signingPasswords(request.keyKind, host.env.variables);
  if (!passwords.ok) return describeSigningFailure(passwords.failure);
  const apksig = options.toolchain('apksig');
  const apksigClasspath = hostPaths(options, apksig);
  const unsignedApk = cas.fileOf(only.digest, false);
  if (apksigClasspath === undefined || unsignedApk === undefined)
    return 'the signing tool or the file is not in the store';
  const temporaryDirectory = join(
    cacheFolder(host),
    'tmp',
    `sign-${host.env.pid}-${only.digest.hash.slice(0, 12)}`,
  );
  host.fs.makeDirectory(temporaryDirectory, 0o700);
  try {
    const signed = await signApkOnce({
      processes: host.processes,
      fs: host.fs,
      java: javaOf(options),
      apksigClasspath,
      unsignedApk,
      output: join(temporaryDirectory, 'signed.apk'),
      request: { storeFile: join(root, request.storeFile), keyAlias: request.keyAlias },
      passwords: passwords.value,
      temporaryDirectory,
      signal,
      store: { cas, actionCache: actions },
      unsigned: only.digest,
      signerVersion: apksig.version,
      nowMs: host.clock.now(),
    });
    if (!signed.ok) return describeSigningFailure(signed.failure);
    const strange = strangeCertificate(request, signed.value.certificate);
    if (strange !== undefined) return strange;
    return treeFromFiles(new Map([[only.name, { digest: signed.value.signed, isExecutable: false }]]));
  } finally {
    host.fs.remove(temporaryDirectory);
  }
}

/** The sites that know the app know it by the stated certificates, so a key with another one is refused. */
function strangeCertificate(
  { certificates, storeFile, keyAlias }: SigningRequest,
  hash: string,
): string | undefined {
  const shown = hash.toUpperCase().replace(/..(?=.)/g, '$&:');
  if (!certificates || certificates.some((each) => each.toUpperCase() === shown)) return undefined;
  return `the key ${keyAlias} of ${storeFile} has the certificate ${shown}, which \`android.signing.certificates\` does not name; add it there if the key is the right one`;
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

function javaOf({ host, toolchain }: SignOptions): string {
  const { java = '' } = toolchain('java').files;
  if (java !== '' && !java.startsWith('/tools/')) return java;
  return host.processes.which('java', host.env.variables.PATH ?? '') ?? 'java';
}
