import { type Diagnostic, nearest } from '../../base/index.ts';
import type { PackageGraph } from '../../packages/index.ts';
import type { CliCode } from '../diagnostics.ts';

/** For a word that names no package of the lock; `otherwise` is the remedy where no name is like it. */
export function unknownPackage(word: string, { packages }: PackageGraph, otherwise: string): Diagnostic {
  const code: CliCode = 'cli/unknown-package';
  const alike = nearest(word, [...new Set(packages.map(({ name }) => name))]);
  const hint = alike === undefined ? otherwise : `did you mean '${alike}'?`;
  return { code, severity: 'error', message: `the lock has no package '${word}'`, hint };
}
