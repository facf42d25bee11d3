import { join, resolve } from 'node:path/posix';
import {
  type AppCode,
  type AppFailure,
  type AppPlace,
  type AppWorld,
  appDiagnostic,
} from '../../apps/index.ts';
import { type Diagnostic, fail, type Label, ok, parseLabel, type Result } from '../../base/index.ts';
import { findWorkspaceRoot } from '../../workspace/index.ts';
import { builtPackages, nameOf } from '../built-packages.ts';
import type { VerbContext } from '../verb.ts';

type ReadApp<Told> = (world: AppWorld, place: AppPlace) => Promise<Result<Told, AppFailure>>;

/** What `read` tells of the app that a word of the command line means: a file, or `app:NAME` as it was built. */
export async function readApp<Told>(
  context: VerbContext,
  word: string,
  read: ReadApp<Told>,
): Promise<Result<Told, readonly Diagnostic[]>> {
  const { host, signal } = context;
  const place = findApp(context, word);
  if (!place.ok) return fail([place.failure]);
  const world = { fs: host.fs, nowMs: host.clock.now(), signal };
  const told = await read(world, place.value);
  return told.ok ? told : fail([appDiagnostic(told.failure)]);
}

export function findApp(context: VerbContext, word: string): Result<AppPlace, Diagnostic> {
  const { host } = context;
  const label = parseLabel(word);
  if (label?.kind === 'app') return builtApp(context, label);
  const path = resolve(host.env.workingDirectory, word);
  if (host.fs.lstat(path)) return ok({ path, name: word });
  return fail(
    problem('app/no-app', word, {
      message: 'there is no such file',
      hint: 'give an APK, an Android App Bundle or an IPA, or an app of the workspace: app:hybrid',
    }),
  );
}

/** The package that a build left in `dist/mobile`, signed or not, as a file or in the app's own folder. */
function builtApp(context: VerbContext, { name }: Label): Result<AppPlace, Diagnostic> {
  const root = findWorkspaceRoot(context.host.fs, context.directory);
  const label = `app:${name}`;
  if (root === undefined)
    return fail(
      problem('app/not-built', label, {
        message: 'there is no workspace here',
        hint: 'give the path of a package, or go to the workspace of the app',
      }),
    );
  const { packages, similar } = builtPackages(context.host.fs, root, name);
  const [found] = packages;
  if (found !== undefined && packages.length === 1) return ok({ path: join(root, found), name: found });
  if (found !== undefined)
    return fail(
      problem('app/several-packages', label, {
        message: `its build left ${packages.length} packages: ${listed(packages)}`,
        hint: 'give the path of the one that is meant',
      }),
    );
  if (similar.length > 0)
    return fail(
      problem('app/several-packages', label, {
        message: `no package in dist/mobile is called ${name} alone, but there is ${listed(similar)}`,
        hint: `give the path of the one that is meant, or its name: app:${nameOf(similar[0]!)}`,
      }),
    );
  return fail(
    problem('app/not-built', label, {
      message: 'there is no package of it in dist/mobile',
      hint: `mobileops build ${label} builds it`,
    }),
  );
}

const MAX_LISTED = 12;

function listed(paths: readonly string[]): string {
  const rest = paths.length - MAX_LISTED;
  return [...paths.slice(0, MAX_LISTED), ...(rest > 0 ? [`${rest} more`] : [])].join(', ');
}

function problem(
  code: AppCode,
  path: string,
  more: { readonly message: string; readonly hint: string },
): Diagnostic {
  return { code, severity: 'error', path, ...more, cause: 'input' };
}
