import type { CoverageFormat } from '../../rules/index.ts';
import type { CoverageReading } from './line-coverage.ts';
import { readCoveragePy } from './read-coverage-py.ts';
import { readIstanbul } from './read-istanbul.ts';
import { readJacoco } from './read-jacoco.ts';
import { readLcov } from './read-lcov.ts';

export const COVERAGE_READERS: Readonly<Record<CoverageFormat, (text: string) => CoverageReading>> = {
  'coverage.py': readCoveragePy,
  istanbul: readIstanbul,
  jacoco: readJacoco,
  lcov: readLcov,
};
