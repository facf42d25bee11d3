import type { PlannedChecks, PlannedLint, RuleContext, SourceFacts } from '../rule.ts';
import type { Language } from './languages.ts';
import { plannedLint } from './lint-actions.ts';
import { sourceFacts } from './source-facts.ts';

/** Languages for which there is a linter here. */
const LINTED: readonly Language[] = ['Python', 'JavaScript', 'shell'];

/** What `check` asks of a target beside its tests: its linters, and what is known of its sources. */
export function plannedChecks(context: RuleContext): PlannedChecks {
  const { rule } = context.spec;
  // Images are made of other targets' files, and of a file that the scanner reads.
  if (rule === 'image' || rule === 'packages') return { sources: [], lints: [], notLinted: {} };
  const sources = sourceFacts(context.sources);
  const byLanguage = Map.groupBy(sources, ({ language }) => language);
  const lints = LINTED.flatMap((language): PlannedLint[] => {
    const files = byLanguage.get(language);
    return files ? [plannedLint(context, language, files)] : [];
  });
  const others = [...byLanguage].filter(([language]) => !LINTED.includes(language));
  return { sources, lints, notLinted: counts(others) };
}

function counts(groups: readonly (readonly [Language, readonly SourceFacts[]])[]): Record<string, number> {
  return Object.fromEntries(groups.map(([language, files]) => [language, files.length]));
}
