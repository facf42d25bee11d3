import { join, normalize, relative, resolve } from 'node:path/posix';
import { counted, type Diagnostic, fail, ok, type Result } from '../../base/index.ts';
import { openStore } from '../../build/index.ts';
import { writeDurably } from '../../host/index.ts';
import {
  type Baseline,
  baselineText,
  compareEntries,
  compareTools,
  type Difference,
  measureFiles,
  measureTools,
  parseBaseline,
} from '../../integrity/index.ts';
import { openTrust, verifyFile } from '../../signing/index.ts';
import { findWorkspaceRoot } from '../../workspace/index.ts';
import { diagnosticsJson, refuse } from '../report/reporter.ts';
import type { ExitCode, Verb, VerbContext } from '../verb.ts';

const BASELINE_FILE = 'mobileops.integrity';
/** What of a workspace runs, and what says how. */
const DEFAULT_COVERS = ['scripts', 'build-config.yaml', 'mobileops.lock'];

function problem(code: string, message: string, more: Pick<Diagnostic, 'path' | 'hint'> = {}): Diagnostic {
  return { code, severity: 'error', message, cause: 'input', ...more };
}

interface Place {
  readonly root: string;
  /** Absolute. */
  readonly baseline: string;
}

/** Outside a workspace the folder itself is covered. */
function placeOf({ host, flags, directory }: VerbContext): Place {
  const root = findWorkspaceRoot(host.fs, directory) ?? directory;
  const named = flags.text('baseline');
  const baseline =
    named === undefined ? join(root, BASELINE_FILE) : resolve(host.env.workingDirectory, named);
  return { root, baseline };
}

export const integrityBaselineVerb: Verb = async (context) => {
  const { host, reporter, signal } = context;
  const { root, baseline } = placeOf(context);
  const covers = coveredPaths(context, root);
  if (!covers.ok) return refuse(reporter, covers.failure);
  const { entries, problems } = await measureFiles(host, { root, covers: covers.value, signal });
  if (problems.length > 0) return refuse(reporter, problems);
  const tools = measureTools(host);
  // The baseline itself changes by being written.
  const others = entries.filter(({ path }) => join(root, path) !== baseline);
  writeDurably(host.fs, baseline, baselineText({ covers: covers.value, entries: others, tools }));
  const shown = relative(host.env.workingDirectory, baseline);
  if (reporter.isJson)
    reporter.json({ exitCode: 0, baseline: shown, covers: covers.value, files: others.length, tools });
  else {
    const files = `${counted(others.length, 'file')} (${covers.value.join(', ')})`;
    reporter.result(`${shown}: ${files}, ${counted(tools.length, 'program')}`);
  }
  return 0;
};

function coveredPaths(
  { host, positionals, directory }: VerbContext,
  root: string,
): Result<readonly string[], readonly Diagnostic[]> {
  const named = positionals.map((path) => relative(root, resolve(directory, path)) || '.');
  const isThere = (path: string): boolean => host.fs.lstat(join(root, path)) !== undefined;
  const covers = named.length > 0 ? named.map((path) => normalize(path)) : DEFAULT_COVERS.filter(isThere);
  const wrong = covers.flatMap((path) => {
    if (path.startsWith('..')) return [problem('integrity/bad-path', 'it is not in the workspace', { path })];
    return isThere(path) ? [] : [problem('integrity/bad-path', 'nothing is there', { path })];
  });
  if (covers.length === 0)
    wrong.push(
      problem('integrity/bad-path', `none of ${DEFAULT_COVERS.join(', ')} is here`, {
        hint: 'name what is to be covered',
      }),
    );
  return wrong.length > 0 ? fail(wrong) : ok([...new Set(covers)].sort());
}

export const integrityVerifyVerb: Verb = (context) => verify(context, false);
export const integrityCheckVerb: Verb = (context) => verify(context, true);

async function verify(context: VerbContext, isWhole: boolean): Promise<ExitCode> {
  const { host, reporter, signal } = context;
  const { root, baseline: path } = placeOf(context);
  const read = await readBaseline(context, path);
  if (!read.ok) return refuse(reporter, read.failure);
  const { baseline, problems } = read.value;
  const measured = await measureFiles(host, { root, covers: baseline.covers, signal });
  const now = measured.entries.filter((entry) => join(root, entry.path) !== path);
  const differences = compareEntries(baseline.entries, now);
  const found = [
    ...problems,
    ...measured.problems,
    ...differences.map(differenceProblem),
    ...(isWhole ? [...compareTools(baseline, measureTools(host)), ...storeProblems(context)] : []),
  ];
  const exitCode = found.length > 0 ? 1 : 0;
  if (reporter.isJson)
    reporter.json({
      exitCode,
      files: baseline.entries.length,
      differences,
      diagnostics: diagnosticsJson(found),
    });
  reporter.diagnostics(found);
  const store = isWhole ? `, ${counted(baseline.tools.length, 'program')} and the store` : '';
  const said = found.length === 0 ? 'as they were' : `${counted(found.length, 'difference')}`;
  if (!reporter.isJson) reporter.result(`${counted(baseline.entries.length, 'file')}${store}: ${said}`);
  return exitCode;
}

interface ReadBaseline {
  readonly baseline: Baseline;
  /** What stands against its signature. */
  readonly problems: readonly Diagnostic[];
}

async function readBaseline(
  context: VerbContext,
  path: string,
): Promise<Result<ReadBaseline, readonly Diagnostic[]>> {
  const text = context.host.fs.readTextIfExists(path);
  if (text === undefined) {
    const hint = 'make one while all is well: `mobileops integrity baseline`';
    return fail([problem('integrity/no-baseline', 'there is no baseline', { path, hint })]);
  }
  const parsed = parseBaseline(text, path);
  if (!parsed.ok) return fail([parsed.failure]);
  const problems = await signatureProblems(context, path);
  return problems.ok ? ok({ baseline: parsed.value, problems: problems.value }) : problems;
}

/** A signature that is there and was not checked is said to be so. */
async function signatureProblems(
  { host, flags, reporter, signal }: VerbContext,
  path: string,
): Promise<Result<readonly Diagnostic[], readonly Diagnostic[]>> {
  const keyFiles = flags.texts('key').map((each) => resolve(host.env.workingDirectory, each));
  const fingerprints = flags.texts('gpg-key');
  if (keyFiles.length + fingerprints.length === 0) {
    reporter.note('not checked: who wrote the baseline (name a public key by --key)');
    return ok([]);
  }
  const opened = await openTrust(host, { keyFiles, fingerprints, signal });
  if (!opened.ok) return opened;
  await using trust = opened.value;
  return ok((await verifyFile(host, trust, { path, signal })).problems);
}

const MESSAGES: Readonly<Record<Difference['kind'], string>> = {
  changed: 'changed since the baseline',
  missing: 'gone since the baseline',
  added: 'not there when the baseline was made',
};

function differenceProblem({ path, kind, what }: Difference): Diagnostic {
  const more = what.length > 0 ? `: ${what.join('; ')}` : '';
  return problem(`integrity/${kind}`, `${MESSAGES[kind]}${more}`, { path });
}

function storeProblems({ host }: VerbContext): readonly Diagnostic[] {
  const { damaged } = openStore(host).verify();
  if (damaged.length === 0) return [];
  const message = `${counted(damaged.length, 'result')} of the store had other bytes and were removed`;
  return [
    problem('integrity/store-damaged', message, {
      hint: 'build again; look at the disk when it comes again',
    }),
  ];
}
