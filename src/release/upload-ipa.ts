import { posix } from 'node:path';
import { type Diagnostic, fail, ok, type Result } from '../base/index.ts';
import type { Host } from '../host/index.ts';
import type { releaseDiagnostics } from './diagnostics.ts';

/** Where an IPA goes, and what Apple is then to do with it. */
export type UploadTarget =
  | { readonly to: 'testflight'; readonly waits: boolean }
  | { readonly to: 'app-store'; readonly submits: boolean; readonly releases: boolean };

export interface UploadOptions {
  /** Absolute. */
  readonly ipa: string;
  readonly target: UploadTarget;
  readonly key: ConnectKey;
  readonly signal: AbortSignal;
  readonly onLine: (line: string) => void;
}

/** An App Store Connect key: its `.p8` file by its path, absolute, and what Apple calls it. */
export interface ConnectKey {
  readonly path: string;
  readonly id: string;
  readonly issuer: string;
}

/**
 * Uploads by fastlane, on a Mac. The key goes to it by a file that only this user reads and that is gone afterwards; it stands
 * in no argument and in no variable, and what fastlane prints is passed on without it.
 */
export async function uploadIpa(
  host: Pick<Host, 'fs' | 'processes' | 'env'>,
  options: UploadOptions,
): Promise<Result<undefined, Diagnostic>> {
  const { fs, processes, env } = host;
  const { ipa, target, key, signal, onLine } = options;
  const program = processes.which('fastlane', env.variables.PATH ?? '');
  if (program === undefined)
    return fail(
      problem('release/no-fastlane', 'fastlane was not found on this machine', {
        hint: 'install it: `brew install fastlane`',
        cause: 'environment',
      }),
    );
  const secret = fs.readTextIfExists(key.path);
  if (secret === undefined || !/-----BEGIN PRIVATE KEY-----/.test(secret))
    return fail(
      problem('release/connect-key', `${key.path} is no App Store Connect key`, {
        hint: 'give the AuthKey_….p8 that App Store Connect let you download once',
        path: key.path,
      }),
    );
  const folder = posix.join(
    env.temporaryDirectory,
    `mobileops-upload-${env.pid}-${env.random().toString(36).slice(2)}`,
  );
  fs.makeDirectory(folder, 0o700);
  try {
    const file = posix.join(folder, 'key.json');
    const content = { key_id: key.id, issuer_id: key.issuer, key: secret, in_house: false };
    fs.createFile(file, JSON.stringify(content), 0o600);
    const hide = cleaner(secret);
    const child = processes.startLines([program, ...words(target), `ipa:${ipa}`, `api_key_path:${file}`], {
      cwd: folder,
      env: environment(env, folder),
      signal,
      onLine: (line) => onLine(hide(line)),
      onErrorLine: (line) => onLine(hide(line)),
    });
    child.end();
    const { code } = await child.exit;
    if (code === 0) return ok(undefined);
    const message = `fastlane did not upload ${posix.basename(ipa)}: it ended with exit code ${code ?? 'unknown'}`;
    return fail(problem('release/upload-failed', message, { hint: 'what it said stands above', path: ipa }));
  } finally {
    fs.remove(folder);
  }
}

function words(target: UploadTarget): readonly string[] {
  if (target.to === 'testflight')
    return ['run', 'upload_to_testflight', `skip_waiting_for_build_processing:${!target.waits}`];
  return [
    ...['run', 'upload_to_app_store', `submit_for_review:${target.submits}`],
    `automatic_release:${target.releases}`,
    // Nobody is there to look at a preview; texts and pictures of the store are not part of the app.
    ...['force:true', 'skip_metadata:true', 'skip_screenshots:true'],
  ];
}

/** What fastlane works with, and nothing that may hold a secret. */
function environment({ variables, homeDirectory }: Host['env'], folder: string): Record<string, string> {
  return {
    PATH: variables.PATH ?? '',
    HOME: homeDirectory,
    TMPDIR: folder,
    ...{ LANG: 'en_US.UTF-8', LC_ALL: 'en_US.UTF-8' },
    ...{ FASTLANE_SKIP_UPDATE_CHECK: '1', FASTLANE_OPT_OUT_USAGE: '1', FASTLANE_DISABLE_COLORS: '1' },
    ...(variables.DEVELOPER_DIR === undefined ? {} : { DEVELOPER_DIR: variables.DEVELOPER_DIR }),
  };
}

/** Lines of the key, should fastlane print them. */
function cleaner(secret: string): (line: string) => string {
  const parts = secret.split(/\r?\n/).filter((line) => line.length >= 16 && !line.startsWith('-----'));
  return (line) => parts.reduce((text, part) => text.replaceAll(part, '***'), line);
}

function problem(
  code: keyof typeof releaseDiagnostics,
  message: string,
  more: Pick<Diagnostic, 'hint' | 'path' | 'cause'>,
): Diagnostic {
  return { code, severity: 'error', message, ...more };
}
