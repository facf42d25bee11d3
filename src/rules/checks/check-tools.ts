import type { TargetSpec } from '../../config/index.ts';
import type { ToolName } from '../rule.ts';
import { type Language, languageOf } from './languages.ts';

const LINTERS: Readonly<Partial<Record<Language, ToolName>>> = {
  Python: 'ruff',
  JavaScript: 'biome',
  shell: 'shellcheck',
};

/** Provisioned linters for the languages of a target's sources, and what measures its Python tests. */
export function checkTools({ rule }: TargetSpec, paths: readonly string[]): ToolName[] {
  if (rule === 'image' || rule === 'packages') return [];
  const languages = new Set(paths.map(languageOf));
  const linters = [...languages].flatMap((language) => (language && LINTERS[language]) ?? []);
  return [...linters, ...(languages.has('Python') ? (['coverage'] as const) : [])].sort();
}
