import { type Diagnostic, hasErrors, nearest } from '../base/index.ts';
import type { Program } from '../build/index.ts';
import type { Host } from '../host/index.ts';
import type { Look } from '../look/index.ts';
import { reportCrash } from './crash.ts';
import type { CliCode } from './diagnostics.ts';
import { groupHelp, overview, verbHelp } from './help-text.ts';
import { withoutLeadingFlags } from './leading-flags.ts';
import { loadVerb } from './load-verb.ts';
import { parseArguments } from './parse-arguments.ts';
import { isFolder } from './places.ts';
import { type Output, resultColumns } from './report/output.ts';
import { makeReporter, type Reporter, refuse, styleFor } from './report/reporter.ts';
import { cacheProblems, withoutEmptyVariables } from './variables.ts';
import type { ExitCode, VerbContext } from './verb.ts';
import type { VerbSpec } from './verb-spec.ts';
import { LATER_VERBS, OTHER_WORDS, VERBS } from './verb-table.ts';

/** What `main.ts` hands over. */
export interface CliOptions {
  /** The words after the program's name. */
  readonly words: readonly string[];
  readonly loadHost: () => Promise<Host>;
  /** The environment's, for what is decided before the host is loaded. */
  readonly variables: Readonly<Record<string, string | undefined>>;
  readonly program: Program;
  /** By the host's monotonic clock, when the process began (0 unless told): what people are told of a build's time. */
  readonly startedMs?: number;
  readonly stdout: Output;
  readonly stderr: Output;
  readonly signal: AbortSignal;
}

/** Runs one command line to its end; never throws. */
export async function runCli(given: CliOptions): Promise<ExitCode> {
  const options = { ...given, words: withoutLeadingFlags(given.words) };
  const { words, stdout, program } = options;
  const [first = ''] = words;
  if (words.length === 0 || first === '--help' || first === '-h' || first === 'help') {
    return showHelp(options, words.slice(1));
  }
  if (first === '--version' || first === '-V') {
    stdout.write(`mobileops ${program.version}\n`);
    return 0;
  }
  const found = findVerb(words);
  if (!found && (words[1] === '--help' || words[1] === '-h')) return showHelp(options, [first]);
  if (!found) return refuseWords(options, unknownVerb(words));
  return runVerb(options, found.spec, found.rest);
}

function showHelp(options: CliOptions, words: readonly string[]): ExitCode {
  const { stdout, program } = options;
  const width = resultColumns(stdout);
  if (words.length === 0) {
    stdout.write(overview(program.version, width));
    return options.words.length === 0 ? 2 : 0;
  }
  const found = findVerb(words);
  const page = found
    ? verbHelp(found.spec, width)
    : words.length === 1
      ? groupHelp(words[0]!, width)
      : undefined;
  if (page === undefined) return refuseWords(options, unknownVerb(words));
  stdout.write(page);
  return 0;
}

function findVerb(words: readonly string[]): { spec: VerbSpec; rest: readonly string[] } | undefined {
  for (const count of [2, 1]) {
    const name = words.slice(0, count).join(' ');
    const spec = words.length >= count ? VERBS.find((each) => each.name === name) : undefined;
    if (spec) return { spec, rest: words.slice(count) };
  }
  return undefined;
}

function unknownVerb(words: readonly string[]): Diagnostic {
  const [first = '', second = ''] = words;
  const subs = VERBS.filter(({ name }) => name.startsWith(`${first} `)).map(({ name }) => name);
  if (subs.length > 0) {
    const near = second === '' ? undefined : nearest(`${first} ${second}`, subs);
    return problem(
      'cli/unknown-verb',
      `\`${first}\` is followed by ${choice(subs.map((name) => name.split(' ')[1]!))}`,
      {
        hint: near ? `did you mean mobileops ${near}?` : `for example: mobileops ${subs[0]}`,
      },
    );
  }
  if (LATER_VERBS.includes(first)) {
    return problem('cli/later-verb', `\`${first}\` comes with a later version`, {
      hint: 'mobileops --help lists what this version can',
    });
  }
  const near = Object.hasOwn(OTHER_WORDS, first)
    ? OTHER_WORDS[first]
    : nearest(first, [...VERBS.map(({ name }) => name), ...LATER_VERBS]);
  return problem('cli/unknown-verb', `there is no verb \`${first}\``, {
    hint: near ? `did you mean mobileops ${near}?` : 'mobileops --help lists the verbs',
  });
}

function choice(words: readonly string[]): string {
  return words.length === 1 ? words[0]! : `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`;
}

function problem(code: CliCode, message: string, more: { readonly hint: string }): Diagnostic {
  return { code, severity: 'error', message, cause: 'input', ...more };
}

function refuseWords(options: CliOptions, diagnostic: Diagnostic): ExitCode {
  const reporter = reporterOf(options, {
    isJson: options.words.includes('--json'),
    isQuiet: false,
    noColor: options.words.includes('--no-color'),
  });
  return refuse(reporter, [diagnostic]);
}

/** What a build waits for longest, so it begins before the build's own code is loaded. */
async function firstLook(
  environment: Pick<VerbContext, 'host' | 'program' | 'directory'>,
): Promise<Look | undefined> {
  const { beginLook } = await import('./first-look.ts');
  return beginLook(environment, 'build');
}

async function runVerb(options: CliOptions, spec: VerbSpec, rest: readonly string[]): Promise<ExitCode> {
  const { program, signal, startedMs = 0 } = options;
  const { positionals, flags, diagnostics } = parseArguments(spec, rest);
  const reporter = reporterOf(options, {
    isJson: flags.has('json'),
    isQuiet: flags.has('quiet'),
    noColor: flags.has('no-color'),
  });
  if (flags.has('help')) {
    options.stdout.write(verbHelp(spec, resultColumns(options.stdout)));
    return 0;
  }
  if (hasErrors(diagnostics)) return refuse(reporter, diagnostics);
  const host = withoutEmptyVariables(await options.loadHost());
  const { resolve } = await import('node:path/posix');
  const directory = resolve(host.env.workingDirectory, flags.text('workspace') ?? '.');
  const unusable = [...directoryProblems(host, directory), ...cacheProblems(host)];
  if (unusable.length > 0) return refuse(reporter, unusable);
  try {
    const look = spec.name === 'build' ? await firstLook({ host, program, directory }) : undefined;
    const verb = await loadVerb(spec.name);
    return await verb({ host, program, startedMs, positionals, flags, reporter, signal, directory, look });
  } catch (error) {
    if (signal.aborted) return 130;
    return reportCrash(error, { reporter, stderr: options.stderr, words: options.words, host, program });
  }
}

function directoryProblems({ fs }: Host, path: string): readonly Diagnostic[] {
  const isThere = isFolder(fs, path);
  if (isThere === true) return [];
  const message = isThere === undefined ? 'this folder is not there' : 'this is a file, not a folder';
  return [{ ...problem('cli/no-directory', message, { hint: 'check -C' }), path }];
}

function reporterOf(
  { stdout, stderr, variables }: CliOptions,
  { isJson, isQuiet, noColor }: { isJson: boolean; isQuiet: boolean; noColor: boolean },
): Reporter {
  const style = styleFor(isJson ? stderr : stdout, variables, noColor);
  return makeReporter({ stdout, stderr, isJson, isQuiet, style });
}
