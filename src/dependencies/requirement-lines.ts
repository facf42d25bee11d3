import type { Located } from '../config/index.ts';
import type { RequirementText } from './model.ts';

/** The lines of a requirement file that mean something, each with its place; `\` at a line's end joins lines. */
export function requirementLines(text: RequirementText): readonly Located<string>[] {
  const lines: Located<string>[] = [];
  let start = 0;
  let pending = '';
  let pendingStart = 0;
  for (const raw of text.text.split('\n')) {
    const line = raw.replace(/\r$/, '');
    if (pending === '') pendingStart = start;
    start += raw.length + 1;
    if (line.endsWith('\\')) {
      pending += `${line.slice(0, -1)} `;
      continue;
    }
    const whole = pending + line;
    pending = '';
    const value = whole.replace(/(^|\s)#.*$/, '').trim();
    if (value === '') continue;
    const from = pendingStart + (whole.length - whole.trimStart().length);
    const end = Math.min(from + value.length, text.text.length);
    lines.push({ value: value.replace(/\s+/g, ' '), span: { file: text, start: from, end } });
  }
  return lines;
}

/** PEP 508 by shape: name, extras, versions, marker. What uv makes of it, uv says. */
const REQUIREMENT =
  /^([A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)\s*(\[[A-Za-z0-9._,\s-]*\])?\s*(\(?[^@;()/\\]*\)?)\s*(;.*)?$/;

export interface PythonRequirement {
  /** Normalised as the index does: lower case, one `-`. */
  readonly name: string;
  readonly text: string;
  /** Without extras, as a constraint may have none. */
  readonly constraint: string;
}

/** `undefined` for an option, a path, an address and anything else that is not name and versions. */
export function parseRequirement(text: string): PythonRequirement | undefined {
  const match = REQUIREMENT.exec(text.trim());
  if (!match) return undefined;
  const [, name, , versions = '', marker = ''] = match;
  if (versions !== '' && !/^\(?\s*(===|[<>=!~]=|[<>])/.test(versions)) return undefined;
  return {
    name: normalName(name!),
    text: text.trim(),
    constraint: `${name}${versions.trim()}${marker === '' ? '' : ` ${marker}`}`,
  };
}

export function normalName(name: string): string {
  return name.toLowerCase().replace(/[-_.]+/g, '-');
}
