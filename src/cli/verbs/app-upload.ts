import { join, resolve } from 'node:path/posix';
import { cleanText, type Diagnostic, fail, ok, parseLabel, type Result } from '../../base/index.ts';
import { type ConnectKey, type UploadTarget, uploadIpa } from '../../release/index.ts';
import { findWorkspaceRoot } from '../../workspace/index.ts';
import { builtPackages } from '../built-packages.ts';
import type { ParsedFlags } from '../flags.ts';
import { refuse } from '../report/reporter.ts';
import type { ExitCode, Verb, VerbContext } from '../verb.ts';

/** Uploads an IPA as it was built. Nothing else is looked at before it is known that this is a Mac. */
export const appUploadVerb: Verb = async (context): Promise<ExitCode> => {
  const { host, reporter, positionals, flags, signal } = context;
  if (host.env.platform !== 'darwin') {
    return refuse(reporter, [
      problem('release/needs-mac', 'apps for iOS are uploaded by tools that run on a Mac alone', {
        hint: 'upload it from a Mac',
        cause: 'environment',
      }),
    ]);
  }
  const target = targetOf(flags);
  if (!target.ok) return refuse(reporter, [target.failure]);
  const ipa = findIpa(context, positionals[0]!);
  const key = keyOf(context);
  const failures = [ipa, key].flatMap((each) => (each.ok ? [] : [each.failure]));
  if (!ipa.ok || !key.ok) return refuse(reporter, failures);
  const onLine = (line: string): void => reporter.note(cleanText(line, false));
  const done = await uploadIpa(host, {
    ipa: ipa.value,
    key: key.value,
    target: target.value,
    signal,
    onLine,
  });
  if (signal.aborted) return 130;
  if (!done.ok) {
    const exitCode = refuse(reporter, [done.failure]);
    return done.failure.code === 'release/upload-failed' ? 1 : exitCode;
  }
  if (reporter.isJson) reporter.json({ exitCode: 0, ipa: ipa.value, ...target.value });
  else reporter.result(`uploaded ${ipa.value} to ${target.value.to}`);
  return 0;
};

/** A flag of the other place would be forgotten in silence. */
function targetOf(flags: ParsedFlags): Result<UploadTarget, Diagnostic> {
  const to = flags.text('to');
  if (to === undefined)
    return fail(
      problem('cli/missing-value', 'where it goes is not said', {
        hint: '--to testflight or --to app-store',
      }),
    );
  const foreign = (to === 'testflight' ? ['submit', 'release'] : ['wait']).find((name) => flags.has(name));
  if (foreign !== undefined) {
    const message = `--${foreign} has no meaning for ${to}`;
    return fail(problem('cli/bad-value', message, { hint: `take --${foreign} out` }));
  }
  return ok(
    to === 'testflight'
      ? { to, waits: flags.has('wait') }
      : { to: 'app-store', submits: flags.has('submit'), releases: flags.has('release') },
  );
}

/** A file, or the one IPA that an app of the workspace left. */
function findIpa({ host, directory }: VerbContext, word: string): Result<string, Diagnostic> {
  const label = parseLabel(word);
  const path = resolve(host.env.workingDirectory, word);
  const hint = 'build it first: `mobileops build app:NAME`';
  if (label?.kind !== 'app') {
    if (word.endsWith('.ipa') && host.fs.lstat(path)?.type === 'file') return ok(path);
    return fail(problem('app/no-app', `${word} is no IPA that is there`, { hint }));
  }
  const root = findWorkspaceRoot(host.fs, directory);
  const { packages } =
    root === undefined ? { packages: [] } : builtPackages(host.fs, root, label.name, ['ipa']);
  if (packages.length === 1) return ok(join(root!, packages[0]!));
  const message = `dist/mobile/${label.name} holds ${packages.length === 0 ? 'no IPA' : 'more than one IPA'}`;
  return fail(
    problem('app/not-built', message, { hint: packages.length === 0 ? hint : 'give the path of one' }),
  );
}

/** The key's file by a flag, its names by variables: neither is a secret, and no secret is a flag. */
function keyOf({ host, flags }: VerbContext): Result<ConnectKey, Diagnostic> {
  const { APP_STORE_CONNECT_KEY_ID: id, APP_STORE_CONNECT_ISSUER_ID: issuer } = host.env.variables;
  const path = flags.text('key');
  if (path !== undefined && id && issuer)
    return ok({ path: resolve(host.env.workingDirectory, path), id, issuer });
  const absent = [
    ...(path === undefined ? ['--key FILE'] : []),
    ...(id ? [] : ['APP_STORE_CONNECT_KEY_ID']),
    ...(issuer ? [] : ['APP_STORE_CONNECT_ISSUER_ID']),
  ];
  return fail(
    problem('release/connect-key', `an App Store Connect key is needed: ${absent.join(', ')}`, {
      hint: '--key fastlane/AuthKey.p8, with the id and the issuer that App Store Connect shows beside it',
    }),
  );
}

function problem(code: string, message: string, more: Pick<Diagnostic, 'hint' | 'cause'>): Diagnostic {
  return { code, severity: 'error', message, cause: 'input', ...more };
}
