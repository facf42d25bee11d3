import { resolve } from 'node:path/posix';
import { type AppCode, type AppPlace, type AppReport, appDiagnostic, appReport } from '../../apps/index.ts';
import { type Diagnostic, fail, type Label, parseLabel, type Result } from '../../base/index.ts';
import type { FileSystem } from '../../host/index.ts';
import { findWorkspaceRoot } from '../../workspace/index.ts';
import type { VerbContext } from '../verb.ts';

const ENDINGS = ['apk', 'aab', 'ipa'];

/** All that is told of the app that a word of the command line means: a file, or `app:NAME` as it was built. */
export async function readApp(
  context: VerbContext,
  word: string,
): Promise<Result<AppReport, readonly Diagnostic[]>> {
  const { host, signal } = context;
  const place = findApp(context, word);
  if (!place.ok) return fail([place.failure]);
  const world = { fs: host.fs, nowMs: host.clock.now(), signal };
  const report = await appReport(world, place.value);
  return report.ok ? report : fail([appDiagnostic(report.failure)]);
}

export function findApp(context: VerbContext, word: string): Result<AppPlace, Diagnostic> {
  const { host } = context;
  const label = parseLabel(word);
  if (label?.kind === 'app') return builtApp(context, label);
  const path = resolve(host.env.workingDirectory, word);
  if (host.fs.lstat(path)) return { ok: true, value: { path, name: word } };
  return fail(
    problem('app/no-app', word, {
      message: 'there is no such file',
      hint: 'give an APK, an Android App Bundle or an IPA, or an app of the workspace: app:hybrid',
    }),
  );
}

/** The package that a build left in `dist/mobile`, signed or not. */
function builtApp({ host, directory }: VerbContext, { name }: Label): Result<AppPlace, Diagnostic> {
  const root = findWorkspaceRoot(host.fs, directory);
  const label = `app:${name}`;
  if (root === undefined)
    return fail(
      problem('app/not-built', label, {
        message: 'there is no workspace here',
        hint: 'give the path of a package, or go to the workspace of the app',
      }),
    );
  const names = ['', '-unsigned'].flatMap((end) =>
    ENDINGS.map((ending) => `dist/mobile/${name}${end}.${ending}`),
  );
  const found = names.find((each) => host.fs.lstat(`${root}/${each}`));
  if (found) return { ok: true, value: { path: `${root}/${found}`, name: found } };
  const others = similar(host.fs, `${root}/dist/mobile`, name);
  if (others.length > 0)
    return fail(
      problem('app/several-packages', label, {
        message: `there is no dist/mobile/${name}.apk, but ${others.join(', ')}`,
        hint: 'give the path of the one that is meant',
      }),
    );
  return fail(
    problem('app/not-built', label, {
      message: 'there is no package of it in dist/mobile',
      hint: `mobileops build ${label} builds it`,
    }),
  );
}

/** Variants of the app, or other apps whose names begin alike: which of them is not for us to say. */
function similar(fs: FileSystem, folder: string, name: string): string[] {
  if (fs.lstat(folder)?.type !== 'directory') return [];
  return fs
    .readDirectory(folder)
    .map((entry) => entry.name)
    .filter((each) => each.startsWith(`${name}-`) && ENDINGS.some((ending) => each.endsWith(`.${ending}`)))
    .map((each) => `dist/mobile/${each}`);
}

function problem(
  code: AppCode,
  path: string,
  more: { readonly message: string; readonly hint: string },
): Diagnostic {
  return { code, severity: 'error', path, ...more, cause: 'input' };
}
