import { median } from '../measure.ts';
import { loadLine, machineLine } from '../results-file.ts';
import { ourVersion } from '../tools/ours.ts';
import { APP, KOTLIN, type MobileRun, type MobileScenario, SITE } from './app-bench.ts';

export type MobileRuns = Readonly<Record<MobileScenario, MobileRun[]>>;

interface Aim {
  readonly kind: 'must' | 'aim';
  readonly scenario: MobileScenario;
  readonly what: string;
  readonly allowedSeconds: number;
}

const AIMS: readonly Aim[] = [
  {
    kind: 'must',
    scenario: 'site built',
    what: 'hybrid app from clean, warm tools: the app alone',
    allowedSeconds: 4,
  },
  { kind: 'must', scenario: 'clean', what: 'the same with all that it needs', allowedSeconds: 4 },
  {
    kind: 'aim',
    scenario: 'kotlin release',
    what: 'Kotlin app with okhttp and R8 from clean',
    allowedSeconds: 25,
  },
  {
    kind: 'aim',
    scenario: 'kotlin line',
    what: 'a changed line of Kotlin to a signed debug APK',
    allowedSeconds: 5,
  },
];

const NOTES: Readonly<Record<MobileScenario, string>> = {
  clean: `\`build ${APP}\`: the app, the site that it shows, the models that the site runs, and their packages`,
  'site built': `the same after \`build ${SITE}\`: the app alone`,
  'kotlin release': `\`build ${KOTLIN}\` as \`prodRelease\`: Kotlin, okhttp and its libraries, R8, signed`,
  'kotlin line': `the same as \`devDebug\`, built before, with a line of Kotlin changed`,
};

/** The section of RESULTS.md about apps. */
export function mobileReport(runs: MobileRuns, command: string): string {
  const all = Object.entries(runs) as [MobileScenario, MobileRun[]][];
  const loads = all.flatMap(([, each]) => each.map(({ load }) => load));
  return [
    '## Apps',
    '',
    machineLine(),
    `Made by \`${command}\` with mobileops ${ourVersion()}. Apps of examples/platform. From clean means: no result in the store,`,
    'no `dist/`, no `build-cache/`; what `prepare --class-archives` leaves, unpacked tools and what is known of the machine are there. A fresh process',
    'and a store of its own each time; seconds are wall time.',
    loadLine(loads),
    '',
    '| | aim | measured | allowed | |',
    '|---|---|---|---|---|',
    ...AIMS.map((aim) => aimRow(aim, runs[aim.scenario])),
    '',
    '| scenario | seconds: median (minimum to maximum) | processor seconds | what |',
    '|---|---|---|---|',
    ...all.map(([scenario, each]) => {
      const seconds = spread(each.map((one) => one.seconds));
      return `| ${scenario} | ${seconds} | ${spread(each.map((one) => one.cpuSeconds))} | ${NOTES[scenario]} |`;
    }),
    ...all.flatMap(([scenario, each]) => partsTable(scenario, each)),
  ].join('\n');
}

function aimRow({ kind, what, allowedSeconds }: Aim, runs: readonly MobileRun[]): string {
  const seconds = median(runs.map((run) => run.seconds));
  const verdict = seconds < allowedSeconds ? 'reached' : '**not reached**';
  return `| ${kind} | ${what} | ${seconds.toFixed(2)} s | ${allowedSeconds.toFixed(2)} s | ${verdict} |`;
}

function spread(values: readonly number[]): string {
  const [middle, low, high] = [median(values), Math.min(...values), Math.max(...values)];
  return `${middle.toFixed(2)} (${low.toFixed(2)} to ${high.toFixed(2)})`;
}

/** Medians of each part; two run at once, so that they do not add up. */
function partsTable(scenario: MobileScenario, runs: readonly MobileRun[]): string[] {
  const ids = [...new Set(runs.flatMap(({ parts }) => parts.map(({ id }) => id)))];
  const rows = ids.map((id) => {
    const parts = runs.flatMap((run) => run.parts.filter((part) => part.id === id));
    return {
      name: parts[0]!.name,
      begin: median(parts.map(({ beginSeconds }) => beginSeconds)),
      seconds: median(parts.map((part) => part.seconds)),
    };
  });
  rows.sort((a, b) => a.begin - b.begin);
  return [
    '',
    `### Where the time goes: ${scenario}`,
    '',
    '| begins at | takes | part |',
    '|---|---|---|',
    ...rows.map(
      ({ name, begin, seconds }) => `| ${begin.toFixed(2)} s | ${seconds.toFixed(2)} s | ${name} |`,
    ),
  ];
}
