import type { Diagnostic } from '../../base/index.ts';
import { fail, ok, type Result } from '../../base/index.ts';
import {
  type GateException,
  type GateRecord,
  gateRecord,
  parseException,
  uncommittedPaths,
} from '../../release/index.ts';
import { hasDefaultKey, type KeyRequest } from '../../signing/index.ts';
import { LEDGER_FILE } from '../../versions/index.ts';
import { readVerdict } from '../quality/verdict-file.ts';
import { planRelease, type ReleasePlan } from '../release-plan.ts';
import { namedKeys, openSigners, requestedKeys } from '../signing-keys.ts';
import { variableProblems } from '../variables.ts';
import type { VerbContext } from '../verb.ts';

/** What is known before a release is built. */
export interface Prepared {
  readonly plan: ReleasePlan;
  /** Added to the build id: `-dirty`, or nothing. */
  readonly suffix: string;
  /** None: it is not signed. */
  readonly keys: readonly KeyRequest[];
  readonly gates: GateRecord;
  readonly warnings: readonly Diagnostic[];
}

/** Everything that can be known of a release before it is built; all that stands against it, at once. */
export async function prepareRelease(
  context: VerbContext,
  root: string | undefined,
): Promise<Result<Prepared, readonly Diagnostic[]>> {
  const { host, flags, positionals } = context;
  const channel = flags.text('channel');
  const plan = await planRelease({ host, root, version: positionals[0]!, channel });
  const problems: Diagnostic[] = [...(plan.ok ? plan.value.refusals : plan.failure)];
  const suffix = root === undefined ? '' : await dirtySuffix(context, root);
  if (typeof suffix !== 'string') problems.push(suffix);
  const exceptions = exceptionsOf(flags.texts('past-gate'));
  problems.push(...exceptions.problems);
  const gates = gateRecord({
    verdict: root === undefined ? undefined : readVerdict(host.fs, root),
    exceptions: exceptions.value,
    commit: plan.ok ? plan.value.commit : undefined,
    isDirty: typeof suffix === 'string' && suffix !== '',
    unchecked: flags.text('unchecked'),
  });
  // Of no release there is no commit that was to be checked.
  problems.push(...(plan.ok ? gates.problems : []), ...builderProblems(host.env.variables));
  // The plan has read BUILD_NUMBER.
  const told = new Set(problems.map(({ message }) => message));
  problems.push(...variableProblems(host.env.variables).filter(({ message }) => !told.has(message)));
  const keys = releaseKeys(context);
  const opened = await openSigners(context, keys);
  if (!opened.ok) problems.push(...opened.failure);
  // The key is opened again once there is something to sign: a build is long.
  else await opened.value[Symbol.asyncDispose]();
  const warnings = opened.ok ? opened.value.signers.flatMap((signer) => signer.warnings) : [];
  if (!plan.ok || typeof suffix !== 'string' || problems.length > 0) return fail(problems);
  return ok({ plan: plan.value, suffix, keys, gates: gates.record, warnings });
}

/** Signing is asked for by a flag, by SIGNING_KEY, or by a key at the document's place. */
function releaseKeys(context: VerbContext): readonly KeyRequest[] {
  const { host, flags } = context;
  const isAsked =
    flags.has('sign') || namedKeys(context).length > 0 || host.env.variables.SIGNING_KEY !== undefined;
  return isAsked || hasDefaultKey(host.fs) ? requestedKeys(context) : [];
}

function exceptionsOf(texts: readonly string[]): {
  readonly value: readonly GateException[];
  readonly problems: readonly Diagnostic[];
} {
  const read = texts.map((text) => parseException(text));
  const problems = texts
    .filter((_, at) => read[at] === undefined)
    .map((text) =>
      problem('release/bad-exception', `\`${text}\` names no gate and no reason`, {
        hint: '--past-gate "test-coverage: the simulator is broken until Monday"',
      }),
    );
  return { value: read.filter((each) => each !== undefined), problems };
}

function builderProblems({ BUILDER_ID: id }: Readonly<Record<string, string>>): readonly Diagnostic[] {
  if (id === undefined || (URL.canParse(id) && /^[a-z][a-z0-9+.-]*:\S+$/.test(id))) return [];
  const hint = 'for example https://ci.example.com/builders/release';
  return [problem('release/bad-builder', `BUILDER_ID is \`${id}\`, which is no absolute URI`, { hint })];
}

function problem(code: string, message: string, more: Pick<Diagnostic, 'hint'>): Diagnostic {
  return { code, severity: 'error', message, cause: 'input', ...more };
}

const SHOWN_PATHS = 10;

/** What is added to the build id; a diagnostic where the tree has to be committed first. */
async function dirtySuffix({ host, flags }: VerbContext, root: string): Promise<string | Diagnostic> {
  const { processes, env } = host;
  const paths = await uncommittedPaths({ processes, variables: env.variables, root, except: [LEDGER_FILE] });
  if (paths?.length === 0) return '';
  if (flags.has('allow-dirty')) return '-dirty';
  const listed = paths?.slice(0, SHOWN_PATHS).join(', ');
  const more = (paths?.length ?? 0) > SHOWN_PATHS ? ` and ${paths!.length - SHOWN_PATHS} more` : '';
  const message = paths ? `not committed: ${listed}${more}` : 'there is no commit to release';
  const made = MADE.filter((folder) => paths?.some((path) => path.startsWith(folder)));
  const hint =
    made.length === 0
      ? 'commit first, or add --allow-dirty'
      : `write ${made.join(' and ')} into .gitignore, and take what is committed of them out of git; commit the rest, or add --allow-dirty`;
  return problem('cli/dirty-tree', message, { hint });
}

/** What builds leave behind is not part of a commit. */
const MADE = ['dist/', 'build-cache/'];
