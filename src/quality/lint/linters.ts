import type { LintReading } from './finding.ts';
import { readBiome } from './read-biome.ts';
import { readEslint } from './read-eslint.ts';
import { readPylint } from './read-pylint.ts';
import { readRuff } from './read-ruff.ts';
import { readShellcheck } from './read-shellcheck.ts';

/** Linters whose reports are understood. */
export const LINT_READERS = {
  ruff: readRuff,
  pylint: readPylint,
  biome: readBiome,
  eslint: readEslint,
  shellcheck: readShellcheck,
} as const satisfies Readonly<Record<string, (text: string) => LintReading>>;

export type Linter = keyof typeof LINT_READERS;
