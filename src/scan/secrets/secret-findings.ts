import type { Finding } from '../model.ts';
import { FROM_OUTSIDE, SECRET_RULES, type SecretRule } from './secret-rules.ts';

/** Of a file; the same secret in it is told once. */
const MOST_FINDINGS = 100;

/** Secrets in a text by the formats that are known. None is ever shown: four characters of it, and how long it is. */
export function secretFindings(path: string, text: string): readonly Finding[] {
  const lower = text.toLowerCase();
  const findings: Finding[] = [];
  const seen = new Set<string>();
  for (const rule of SECRET_RULES) {
    if (rule.files && !rule.files.test(path)) continue;
    if (!rule.words.some((word) => lower.includes(word))) continue;
    for (const match of text.matchAll(rule.pattern)) {
      const secret = match[1] ?? match[0];
      if (seen.has(secret) || rule.check?.(secret) === false) continue;
      seen.add(secret);
      const at = match.index + match[0].indexOf(secret);
      findings.push(findingOf(rule, { path, secret, ...placeOf(text, at) }));
      if (findings.length >= MOST_FINDINGS) return findings;
    }
  }
  return findings;
}

interface SecretPlace {
  readonly path: string;
  readonly secret: string;
  readonly line: number;
  readonly column: number;
}

function findingOf(
  { id, what, severity, remedy }: SecretRule,
  { path, secret, line, column }: SecretPlace,
): Finding {
  return {
    id: `secret/${id}`,
    aliases: [],
    kind: 'secret',
    severity,
    title: `${what}: ${redacted(secret)}`,
    subject: path,
    place: { path, line, column },
    remedy: remedy ?? FROM_OUTSIDE,
  };
}

const SHOWN_CHARACTERS = 4;

function redacted(secret: string): string {
  const shown = secret.startsWith('-----')
    ? ''
    : secret.slice(0, Math.min(SHOWN_CHARACTERS, Math.floor(secret.length / 4)));
  return `${shown}… (${secret.length} characters)`;
}

function placeOf(text: string, at: number): { readonly line: number; readonly column: number } {
  let line = 1;
  let start = 0;
  for (let end = text.indexOf('\n'); end >= 0 && end < at; end = text.indexOf('\n', start)) {
    line++;
    start = end + 1;
  }
  return { line, column: at - start + 1 };
}
