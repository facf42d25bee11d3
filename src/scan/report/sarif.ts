import { diagnosticToJson, hasErrors, sha256 } from '../../base/index.ts';
import type { Finding, ScanReport } from '../model.ts';
import type { Severity } from '../severity/severity.ts';

const LEVELS: Readonly<Record<Severity, 'error' | 'warning' | 'note'>> = {
  critical: 'error',
  high: 'error',
  medium: 'warning',
  low: 'note',
  unknown: 'warning',
};

/** Where nobody gives a score, one in the middle of the severity's range, by which viewers sort. */
const USUAL_SCORES: Readonly<Record<Severity, string>> = {
  critical: '9.5',
  high: '8.0',
  medium: '5.5',
  low: '2.0',
  unknown: '5.0',
};

/** The report in SARIF 2.1.0 (OASIS). What is excepted is a suppressed result; what stands against a verdict, a notification. */
export function sarifDocument(report: ScanReport, program: { readonly version: string }): object {
  const rules = [...new Map(report.findings.map((each) => [each.id, each])).values()];
  const places = new Map(rules.map(({ id }, index) => [id, index]));
  return {
    $schema: 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/os/schemas/sarif-schema-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'mobileops', version: program.version, rules: rules.map(ruleOf) } },
        results: report.findings.map((finding) => resultOf(finding, places.get(finding.id)!)),
        invocations: [
          {
            executionSuccessful: !hasErrors(report.diagnostics),
            toolExecutionNotifications: notifications(report),
          },
        ],
        columnKind: 'utf16CodeUnits',
        properties: { databases: report.databases, packages: report.packages, files: report.files },
      },
    ],
  };
}

function ruleOf({ id, kind, aliases, severity, score, title }: Finding): object {
  return {
    id,
    shortDescription: { text: title },
    properties: {
      tags: ['security', kind, ...aliases],
      'security-severity': score === undefined ? USUAL_SCORES[severity] : score.toFixed(1),
    },
  };
}

function resultOf(finding: Finding, ruleIndex: number): object {
  const { id, severity, title, subject, place, remedy, ignored } = finding;
  const physical = place
    ? {
        physicalLocation: {
          artifactLocation: { uri: uriOf(place.path) },
          ...(place.line === undefined
            ? {}
            : {
                region: {
                  startLine: place.line,
                  ...(place.column === undefined ? {} : { startColumn: place.column }),
                },
              }),
        },
      }
    : {};
  return {
    ruleId: id,
    ruleIndex,
    level: LEVELS[severity],
    message: { text: remedy === undefined ? title : `${title}: ${remedy}` },
    locations: [{ ...physical, logicalLocations: [{ fullyQualifiedName: subject }] }],
    partialFingerprints: { 'mobileops/v1': sha256([id, subject, place?.path ?? ''].join('\n')) },
    properties: { severity },
    ...(ignored
      ? {
          suppressions: [
            {
              kind: 'external',
              status: 'accepted',
              justification: `${ignored.reason} (until ${ignored.expires})`,
            },
          ],
        }
      : {}),
  };
}

function notifications({ diagnostics, notScanned }: ScanReport): object[] {
  return [
    ...diagnostics.map((each) => {
      const { code, severity, message, path, line, column } = diagnosticToJson(each);
      return {
        descriptor: { id: code },
        level: severity,
        message: { text: message },
        ...(path === undefined
          ? {}
          : {
              locations: [
                {
                  physicalLocation: {
                    artifactLocation: { uri: uriOf(path) },
                    ...(line === undefined ? {} : { region: { startLine: line, startColumn: column } }),
                  },
                },
              ],
            }),
      };
    }),
    ...notScanned.map(({ subject, why }) => ({
      descriptor: { id: 'scan/not-scanned' },
      level: 'note',
      message: { text: `${subject} was not scanned: ${why}` },
    })),
  ];
}

/** Relative references; a path of an image begins with `/`. */
function uriOf(path: string): string {
  return path.split('/').map(encodeURIComponent).join('/');
}
