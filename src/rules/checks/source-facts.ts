import type { SourceView } from '../rule.ts';
import { codeLines, hasRunnableCode, isOfTests, isSettings, type Language, languageOf } from './languages.ts';

/** What is known of a source file without running anything. */
export interface SourceFacts {
  /** Relative to the target's folder. */
  readonly path: string;
  readonly language: Language;
  /** Lines that are neither blank nor a comment, from 1. */
  readonly code: readonly number[];
  /** Tests are to cover it: it is no test itself, no settings, and has something to run. */
  readonly isCoverable: boolean;
}

/** Of the sources in languages that are known; a file over 1 MiB is taken for generated, and is not among them. */
export function sourceFacts({ paths, readText }: SourceView): SourceFacts[] {
  return paths.flatMap((path) => {
    const language = languageOf(path);
    const text = language && readText(path);
    if (!language || text === undefined) return [];
    const code = codeLines(text, language);
    const isCoverable =
      code.length > 0 &&
      !isOfTests(path) &&
      !isSettings(path) &&
      (language !== 'JavaScript' || hasRunnableCode(text));
    return [{ path, language, code, isCoverable }];
  });
}
