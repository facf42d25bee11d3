import { wrapText } from '../base/index.ts';
import { COMMON_FLAGS, type FlagSpec, type PositionalSpec, type VerbSpec } from './verb-spec.ts';
import { VERBS } from './verb-table.ts';

/** The page of `mobileops --help`. */
export function overview(version: string, width: number = Number.POSITIVE_INFINITY): string {
  const rows = VERBS.map(({ name, summary }) => [name, summary] as const);
  return [
    `mobileops ${version}: builds a whole mobile platform from one declaration`,
    '',
    'usage: mobileops VERB [ARGUMENT…] [FLAG…]',
    '',
    'verbs:',
    ...columns(rows, width),
    '',
    'flags of every verb:',
    ...columns(
      COMMON_FLAGS.map((flag) => [flagText(flag), flag.description]),
      width,
    ),
    '',
    'example:',
    '  mobileops build all',
    '',
    ...wrapText(EXIT_CODES, { columns: Math.min(width, 105), indent: ' '.repeat('exit codes: '.length) }),
    'More: mobileops VERB --help',
    '',
  ].join('\n');
}

const EXIT_CODES =
  'exit codes: 0 done, 1 the build or a test failed, 2 the input is wrong, 3 a tool or service is missing, 70 a fault of mobileops, 130 interrupted';

/** The page of `mobileops app --help`: the verbs that begin with that word; `undefined` where none does. */
export function groupHelp(word: string, width: number = Number.POSITIVE_INFINITY): string | undefined {
  const verbs = VERBS.filter(({ name }) => name.startsWith(`${word} `));
  if (verbs.length === 0) return undefined;
  const rows = verbs.map(({ name, summary }) => [name, summary] as const);
  return [
    `usage: mobileops ${word} VERB [ARGUMENT…] [FLAG…]`,
    '',
    'verbs:',
    ...columns(rows, width),
    '',
    `More: mobileops ${verbs[0]!.name} --help`,
    '',
  ].join('\n');
}

/** The page of `mobileops VERB --help`. */
export function verbHelp(spec: VerbSpec, width: number = Number.POSITIVE_INFINITY): string {
  const usage = ['mobileops', spec.name, ...spec.positionals.map(positionalText), '[FLAG…]'].join(' ');
  const flags = [...spec.flags, ...COMMON_FLAGS];
  const sections = [
    `${wrapText(spec.summary, { columns: width }).join('\n')}\n\nusage: ${usage}`,
    section(
      'arguments:',
      columns(
        spec.positionals.map(({ name, description }) => [name, description]),
        width,
      ),
    ),
    section(
      'flags:',
      columns(
        flags.map((flag) => [flagText(flag), flag.description]),
        width,
      ),
    ),
    section(
      spec.examples.length > 1 ? 'examples:' : 'example:',
      spec.examples.map((example) => exampleText(example, width)),
    ),
  ];
  return `${sections.filter((each) => each !== '').join('\n\n')}\n`;
}

function section(title: string, lines: readonly string[]): string {
  return lines.length === 0 ? '' : [title, ...lines].join('\n');
}

/** A command stays a line, so that it can be copied. */
function exampleText([command, meaning]: readonly [string, string], width: number): string {
  const indent = ' '.repeat(6);
  const told = wrapText(`${indent}${meaning}`, { columns: width, indent });
  return meaning === '' ? `  ${command}` : [`  ${command}`, ...told].join('\n');
}

function positionalText({ name, minimum, maximum }: PositionalSpec): string {
  const text = maximum > 1 ? `${name}…` : name;
  return minimum === 0 ? `[${text}]` : text;
}

function flagText({ name, short, metavar, kind }: FlagSpec): string {
  const value = kind === 'switch' ? '' : ` ${metavar ?? 'VALUE'}`;
  return `${short === undefined ? '    ' : `-${short}, `}--${name}${value}`;
}

function columns(rows: readonly (readonly [string, string])[], width: number): string[] {
  const left = Math.max(0, ...rows.map(([text]) => text.length));
  const indent = ' '.repeat(left + 4);
  return rows.flatMap(([text, right]) =>
    wrapText(`  ${text.padEnd(left)}  ${right}`, { columns: width, indent }),
  );
}
