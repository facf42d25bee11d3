import type { SourceFacts, SourceView } from '../rule.ts';
import { codeLines, hasRunnableCode, isOfTests, isSettings, languageOf } from './languages.ts';

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
