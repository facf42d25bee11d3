import type { Change } from './conventional.ts';

export interface ChangelogInput {
  readonly version: string;
  /** ISO 8601, of the commit. */
  readonly timestamp: string;
  /** The release before, of which everything here is new; absent for the first one. */
  readonly since?: { readonly version: string; readonly commit: string };
  /** The newest first. */
  readonly changes: readonly Change[];
  /** What is to be known of the gates, a sentence each (`gateWords`). */
  readonly gates?: readonly string[];
}

const GROUPS: readonly (readonly [title: string, types: readonly string[]])[] = [
  ['Features', ['feat']],
  ['Fixes', ['fix']],
  ['Security', ['security']],
  ['Performance', ['perf']],
  ['Reverts', ['revert']],
  ['Documentation', ['docs']],
  ['Inside', ['build', 'chore', 'ci', 'refactor', 'style', 'test']],
];
const OTHER = 'Other changes';
const SHOWN_DIGITS = 12;

/** A page in Markdown: what the gates did not let through first, then what breaks, then the kinds of changes, the newest first. The same commits give the same bytes. */
export function changelogText({ version, timestamp, since, changes, gates = [] }: ChangelogInput): string {
  const from = since
    ? `Changes since ${since.version} (${since.commit.slice(0, SHOWN_DIGITS)}).`
    : 'All changes up to this release.';
  const breaking = changes.filter((change) => change.breaking !== undefined);
  const groups = Map.groupBy(changes, titleOf);
  const titles = [...GROUPS.map(([title]) => title), OTHER];
  const parts = [
    section('Breaking changes', breaking.map(breakingLine)),
    ...titles.map((title) => section(title, (groups.get(title) ?? []).map(line))),
  ].filter((part) => part !== '');
  const known = section(
    'Quality gates',
    gates.map((each) => `- ${plain(each)}`),
  );
  const body = parts.length > 0 ? parts.join('\n') : 'Nothing changed.\n';
  return `# ${version}, ${timestamp.slice(0, 10)}\n\n${from}\n\n${known}${known && '\n'}${body}`;
}

function titleOf({ type }: Change): string {
  return GROUPS.find(([, types]) => type !== undefined && types.includes(type))?.[0] ?? OTHER;
}

function section(title: string, lines: readonly string[]): string {
  return lines.length === 0 ? '' : `## ${title}\n\n${lines.join('\n')}\n`;
}

function line({ scope, description, commit }: Change): string {
  return `- ${scopeText(scope)}${plain(description)} (${commit.slice(0, SHOWN_DIGITS)})`;
}

function breakingLine({ scope, breaking = '', commit }: Change): string {
  return `- ${scopeText(scope)}${plain(breaking)} (${commit.slice(0, SHOWN_DIGITS)})`;
}

function scopeText(scope: string | undefined): string {
  return scope === undefined ? '' : `**${plain(scope)}:** `;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters to remove
const CONTROLS = /[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g;

/** A commit's words are text: no markup, no HTML, no control characters. */
function plain(text: string): string {
  return text.replace(CONTROLS, ' ').replace(/[\\`*_[\]<>#|]/g, (mark) => `\\${mark}`);
}
