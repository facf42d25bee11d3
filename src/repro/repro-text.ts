import { counted, formatDurationMs } from '../base/index.ts';
import { shownText } from '../inspection/index.ts';
import type { Conditions } from './builds/conditions.ts';
import type { Experiment } from './builds/experiments.ts';
import { curesFor } from './causes/cures.ts';
import type { Cause, Difference, Place } from './model.ts';
import { isSamePlace } from './proof.ts';
import type { ArtifactReport, ProvenDifference, ReproReport, StepReport, TargetReport } from './report.ts';

/** The report for people: first what differs and why, then where it begins, then what was compared with what. */
export function reproText(report: ReproReport): string {
  const { targets, steps, conditions, notes } = report;
  const all = [...targets.flatMap(({ artifacts }) => artifacts), ...steps];
  return [
    ...targets.flatMap(targetLines),
    ...(steps.length > 0
      ? ['', 'where it begins', ...steps.flatMap((step) => stepLines(step, targets))]
      : []),
    ...cureLines(all.flatMap(({ differences }) => differences)),
    '',
    ...conditionLines(conditions),
    ...notes.map((note) => `note: ${shownText(note)}`),
    ...keptLines(report),
    '',
    reproSummary(report),
    '',
  ].join('\n');
}

/** The last line. */
export function reproSummary({ isReproducible, targets, builds, steps }: ReproReport): string {
  const times = builds.map(({ durationMs }) => formatDurationMs(durationMs)).join(' and ');
  const artifacts = targets.flatMap(({ artifacts: all }) => all);
  const actions = builds[0]?.actions ?? 0;
  if (isReproducible && steps.length === 0)
    return `reproducible: ${counted(artifacts.length, 'artifact')} and what ${counted(actions, 'step')} left are the same (built in ${times})`;
  if (isReproducible)
    return `reproducible: ${counted(artifacts.length, 'artifact')} the same, though ${counted(steps.length, 'step')} left something else that reached none (built in ${times})`;
  const differing = artifacts.filter(({ isSame }) => !isSame).length;
  const where =
    differing > 0
      ? `${counted(differing, 'artifact')} of ${artifacts.length} ${differing === 1 ? 'differs' : 'differ'}`
      : 'steps differ';
  return `not reproducible: ${where}, beginning at ${counted(steps.length, 'step')} (built in ${times})`;
}

function targetLines({ label, isSame, artifacts }: TargetReport): string[] {
  if (artifacts.length === 0) return [`${label}  leaves no artifact`];
  if (isSame) return [`${label}  the same: ${artifacts.map(({ path }) => shownText(path)).join(', ')}`];
  return [`${label}  differs`, ...artifacts.flatMap(artifactLines)];
}

const SHOWN_DIFFERENCES = 20;

function artifactLines({ path, isSame, differences, leftOut, underSignature }: ArtifactReport): string[] {
  if (isSame) return [`  ${shownText(path)}  the same`];
  const below = differences.map((each) => ({ ...each, place: each.place.slice(1) }));
  return [
    `  ${shownText(path)}`,
    ...(underSignature ? [`    content under the signature: ${signatureText(underSignature)}`] : []),
    ...firstDifferences(below, leftOut),
  ];
}

/** As many as anybody reads, and how many more there are. */
export function firstDifferences(differences: readonly ProvenDifference[], leftOut: number): string[] {
  const rest = Math.max(0, differences.length - SHOWN_DIFFERENCES) + leftOut;
  return [
    ...differences.slice(0, SHOWN_DIFFERENCES).flatMap(differenceLines),
    ...(rest > 0
      ? [`    and ${counted(rest, 'more difference')} (--json tells all that were looked into)`]
      : []),
  ];
}

function signatureText({ a, b }: { readonly a: string; readonly b: string }): string {
  return a === b
    ? `the same, sha256:${a.slice(0, 12)}`
    : `sha256:${a.slice(0, 12)} and sha256:${b.slice(0, 12)}`;
}

function differenceLines({ place, field, where, a, b, causes, proof }: ProvenDifference): string[] {
  const name = placeText(place);
  const values = a === undefined && b === undefined ? '' : `: ${valueText(a)} -> ${valueText(b)}`;
  return [
    `    ${name === '' ? '' : `${name}  `}${field}${where === undefined ? '' : `, ${where}`}${values}`,
    ...causes.map(({ kind, text }) => `      cause  ${kind}: ${text}`),
    ...(proof === undefined || isTold(causes) ? [] : [`      shown  ${proof}`]),
  ];
}

/** That a time is another one each time needs no proof. */
function isTold(causes: readonly Cause[]): boolean {
  return causes.every(({ kind }) => kind === 'time');
}

/** Each cure once, with the kinds of cause that it is for. */
export function cureLines(all: readonly Difference[]): string[] {
  const kinds = new Map<string, Set<string>>();
  for (const { causes, place } of all)
    for (const cause of causes)
      for (const cure of curesFor([cause], place))
        kinds.set(cure, (kinds.get(cure) ?? new Set()).add(cause.kind));
  if (kinds.size === 0) return [];
  return ['', 'cures', ...[...kinds].map(([cure, of]) => `  ${[...of].join(', ')}: ${cure}`)];
}

function valueText(value: string | undefined): string {
  return value === undefined || value === '' ? 'none' : shownText(value).replaceAll('\\\\', '\\');
}

/** Names of places can be shown as they are. */
function placeText(place: Place): string {
  return place.join(' > ');
}

const SHOWN_PLACES = 5;

function stepLines(step: StepReport, targets: readonly TargetReport[]): string[] {
  const { label, description, inputs, places, changes, experiments, durationMs } = step;
  const names = [...new Set(places.map(placeText))];
  const shown = names.slice(0, SHOWN_PLACES).join(', ');
  const rest = names.length > SHOWN_PLACES ? ` and ${names.length - SHOWN_PLACES} more` : '';
  const output = names.length > 0 ? `other output: ${shown}${rest}` : 'the same output';
  return [
    `  ${label}  ${shownText(description)}`,
    `    ${inputs === 'equal' ? 'equal inputs' : 'other inputs'}, ${output}`,
    ...changes.map((change) => `    ${change}`),
    ...(inputs === 'equal' && experiments.length === 0
      ? [`    not run again: it takes ${formatDurationMs(durationMs)}`]
      : experiments.map(experimentText)),
    ...untoldLines(step, targets),
  ];
}

/** What no artifact shows has to be explained where it is. */
function untoldLines({ differences, leftOut }: StepReport, targets: readonly TargetReport[]): string[] {
  const told = targets.flatMap(({ artifacts }) => artifacts.flatMap(({ differences: all }) => all));
  const untold = differences.filter(({ place }) => !told.some((each) => isSamePlace(place, each.place)));
  return firstDifferences(untold, leftOut);
}

function experimentText({ condition, isSame, places }: Experiment): string {
  const how = `    run again with ${condition === 'nothing' ? 'nothing changed' : `only ${condition} as in the second build`}: `;
  if (isSame === undefined) return `${how}it did not come to an end`;
  return how + (isSame ? 'the same' : `${counted(new Set(places.map(placeText)).size, 'other file')}`);
}

function conditionLines({ varied, notVaried }: Conditions): string[] {
  const width = Math.max(...[...varied, ...notVaried].map(({ name }) => name.length));
  return [
    'varied',
    ...varied.map(({ name, first, second }) => `  ${name.padEnd(width)}  ${first} | ${second}`),
    'not varied',
    ...notVaried.map(({ name, why }) => `  ${name.padEnd(width)}  ${why}`),
  ];
}

function keptLines({ builds }: ReproReport): string[] {
  const kept = builds.flatMap(({ folder }) => folder ?? []);
  return kept.length === 0 ? [] : ['kept', ...kept.map((folder) => `  ${folder}`)];
}
