import type { Shaped } from './check-shape.ts';
import type { QualityException, QualitySettings } from './model.ts';
import { scanSettingsOf } from './scan-settings.ts';
import type { RawBuildConfiguration } from './shapes.ts';
import { durationMs } from './target-settings.ts';

/** A gate that is absent does not count, so that the gates are those that the file names; without any, the document's do. */
export function qualityOf(shaped: Shaped<RawBuildConfiguration>): QualitySettings {
  const { quality } = shaped.raw.spec;
  const isStated = quality !== undefined;
  const { codeQuality, testCoverage, performanceTest, licences: ofPackages } = quality ?? {};
  return {
    codeQuality: codeQuality ?? { enabled: !isStated, threshold: 8 },
    testCoverage: testCoverage ?? { enabled: !isStated, threshold: 80 },
    securityScan: scanSettingsOf(shaped),
    performanceTest: {
      enabled: performanceTest?.enabled ?? !isStated,
      maxResponseTimeMs: durationMs(performanceTest?.maxResponseTime ?? '200ms'),
    },
    licences: {
      enabled: ofPackages?.enabled ?? false,
      ...(ofPackages?.allow ? { allow: ofPackages.allow } : {}),
      deny: ofPackages?.deny ?? [],
      allowUnknown: ofPackages?.allowUnknown ?? false,
    },
    isStated,
    exceptions: (quality?.exceptions ?? []).map((_, index) => exceptionOf(index, shaped)),
  };
}

/** The format lets the 30th of February through. */
function isDay(text: string): boolean {
  const [year = 0, month = 0, day = 0] = text.split('-').map(Number);
  return new Date(Date.UTC(year, month - 1, day)).getUTCDate() === day;
}

function exceptionOf(index: number, shaped: Shaped<RawBuildConfiguration>): QualityException {
  const { gate, target, reason, expires, by } = shaped.raw.spec.quality!.exceptions[index]!;
  const path = ['spec', 'quality', 'exceptions', index];
  if (!isDay(expires)) {
    shaped.report({
      code: 'config/bad-value',
      severity: 'error',
      message: `there is no ${expires}`,
      hint: 'write a day of the calendar: 2027-02-28',
      span: shaped.places.spanOf([...path, 'expires']),
    });
  }
  return {
    gate: shaped.locate(gate, [...path, 'gate']),
    ...(target === undefined ? {} : { target: shaped.locate(target, [...path, 'target']) }),
    reason,
    expires,
    by,
  };
}
