import type { ConditionName, Experiment } from './builds/experiments.ts';
import { curesFor } from './causes/cures.ts';
import type { Cause, Difference, Place } from './model.ts';
import type { ProvenDifference, StepReport } from './report.ts';

export interface ProofContext {
  /** Steps that were given other inputs, and wrote the same again from the same ones. */
  readonly innocent?: readonly StepReport[];
  /** Whose artifact it is. */
  readonly label?: string;
}

/** Says of a difference what running its step again has shown, and names by that a cause which the values alone do not tell. */
export function proven(
  difference: Difference,
  steps: readonly StepReport[],
  { innocent = [], label }: ProofContext = {},
): ProvenDifference {
  const isOf = ({ places }: StepReport): boolean =>
    places.some((place) => isSamePlace(place, difference.place));
  const isOwn = (step: StepReport): boolean => step.label === label && isOf(step);
  // Files of one name are in many targets: those of the target itself come first.
  const step = steps.find(isOwn) ?? (innocent.some(isOwn) ? undefined : steps.find(isOf));
  if (!step) return innocent.some(isOf) ? following(difference) : difference;
  const shown = step.experiments.filter(({ places }) =>
    places.some((place) => isSamePlace(place, difference.place)),
  );
  const condition = shown.some(({ condition: name }) => name === 'nothing') ? 'nothing' : shown[0]?.condition;
  if (condition === undefined) return withProof(difference, step.experiments);
  const isDisproved = ({ kind }: Cause): boolean =>
    kind === 'cores' && condition !== 'processors' && isWithout(step, 'processors', difference.place);
  const causes = difference.causes.map((cause) => {
    if (isDisproved(cause)) return CAUSE_OF[condition]({ ...cause, text: valuesOf(cause) });
    return isOpen(cause, condition) ? CAUSE_OF[condition](cause) : cause;
  });
  return { ...difference, causes, cures: curesFor(causes, difference.place), proof: PROOF_OF[condition] };
}

/** Whether a step wrote the same at a place though a condition was as in the second build. */
function isWithout({ experiments }: StepReport, name: ConditionName, place: Place): boolean {
  const run = experiments.find(({ condition }) => condition === name);
  return run?.isSame !== undefined && !run.places.some((each) => isSamePlace(each, place));
}

/** The two values alone, without what they were taken for. */
function valuesOf({ text }: Cause): string {
  return text.slice(text.lastIndexOf(': ') + 2);
}

/** What a step writes again from the same inputs is made from them. */
function following(difference: Difference): ProvenDifference {
  if (!difference.causes.some((cause) => isOpen(cause))) return difference;
  const causes = difference.causes.map((cause): Cause => {
    if (!isOpen(cause)) return cause;
    return { kind: 'follows', text: `it is made from what its step was given, which differs: ${cause.text}` };
  });
  const proof = 'run again from the same inputs, the step wrote the same';
  return { ...difference, causes, cures: curesFor(causes, difference.place), proof };
}

/** What looks random, and is the same when nothing is changed, is not; `condition` is what made another value, if any did. */
function isOpen({ kind }: Cause, condition?: ConditionName): boolean {
  return kind === 'unknown' || (kind === 'random' && condition !== 'nothing');
}

function withProof(difference: Difference, experiments: readonly Experiment[]): ProvenDifference {
  const tried = experiments.filter(({ isSame }) => isSame !== undefined).map(({ condition }) => condition);
  if (tried.length === 0) return difference;
  const others = tried.filter((name) => name !== 'nothing');
  const alone = others.length === 0 ? '' : `, nor with ${others.join(', or ')} alone as in the second build`;
  return { ...difference, proof: `run again, the step wrote the same as in the first build${alone}` };
}

const PROOF_OF: Readonly<Record<ConditionName, string>> = {
  nothing: 'run again with nothing changed, the step wrote something else once more',
  processors: 'run again with nothing changed but the number of processors, the step wrote something else',
  clock: 'run again with nothing changed but the clock, the step wrote something else',
  'file order': 'run again with nothing changed but the order of files, the step wrote something else',
  'folder and disk':
    'run again with nothing changed but the folder and its disk, the step wrote something else',
  'environment and umask':
    "run again with nothing changed but the caller's environment and umask, the step wrote something else",
};

const CAUSE_OF: Readonly<Record<ConditionName, (unknown: Cause) => Cause>> = {
  nothing: ({ text }) => ({
    kind: 'random',
    text: `another value in each run (random, a counter, a process id, or a race between threads): ${text}`,
  }),
  processors: ({ text }) => ({ kind: 'cores', text: `it depends on the number of processors: ${text}` }),
  clock: ({ text }) => ({ kind: 'time', text: `it depends on the time of the build: ${text}` }),
  'file order': ({ text }) => ({
    kind: 'order',
    text: `it depends on the order in which folders list files: ${text}`,
  }),
  'environment and umask': (unknown) => unknown,
  'folder and disk': ({ text }) => ({
    kind: 'order',
    text: `it depends on the file system: most likely on the order in which its folders list files: ${text}`,
  }),
};

/** Whether a place in a step's output and one in an artifact are the same thing, wherever the artifact has it. */
export function isSamePlace(step: Place, artifact: Place): boolean {
  const [first, ...inner] = step;
  const at = artifact.length - inner.length - 1;
  if (first === undefined || at < 0) return false;
  if (inner.some((name, index) => name !== artifact[at + 1 + index])) return false;
  const there = artifact[at]!;
  return there === first || there.endsWith(`/${first}`) || first.endsWith(`/${there}`);
}
