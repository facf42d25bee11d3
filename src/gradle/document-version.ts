import type { Gaps } from './gaps.ts';
import { type Value, whyUnknown } from './value.ts';

/** Absent is BUILD_NUMBER, which the document's build file reads from the environment as well. */
export function versionCode(value: Value | undefined, gaps: Gaps): number | undefined {
  const known = value?.kind === 'environment' ? fallbackOf(value, 'BUILD_NUMBER', gaps) : value;
  if (!known) return undefined;
  if (known.kind === 'number') return known.number;
  if (known.kind === 'text' && /^\d{1,10}$/.test(known.text)) return Number(known.text);
  gaps.add('gradle/unknown-value', `\`versionCode\` cannot be known: ${whyUnknown(known)}`, {
    span: known.span,
    hint: 'without the key, BUILD_NUMBER is the version code',
  });
  return undefined;
}

export function versionName(value: Value | undefined, gaps: Gaps): string | undefined {
  const known = value?.kind === 'environment' ? fallbackOf(value, 'BUILD_VERSION', gaps) : value;
  if (!known) return undefined;
  if (known.kind === 'text') return known.text;
  if (known.kind === 'number') return String(known.number);
  gaps.add('gradle/unknown-value', `\`versionName\` cannot be known: ${whyUnknown(known)}`, {
    span: known.span,
    hint: 'without the key, BUILD_VERSION is the version name',
  });
  return undefined;
}

/** Of our own variable nothing needs to be written; of another, what holds where it is not set. */
function fallbackOf(value: Value & { kind: 'environment' }, own: string, gaps: Gaps): Value | undefined {
  if (value.name === own) return undefined;
  const { fallback } = value;
  if (fallback?.kind === 'text' || fallback?.kind === 'number') {
    const message = `what holds without the environment variable ${value.name} was written`;
    gaps.add('gradle/replaced-value', message, { span: value.span });
    return fallback;
  }
  return value;
}
