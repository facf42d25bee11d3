import { counted } from '../../base/index.ts';
import { countIn, isObject, jsonIn, listOf, textIn } from '../json.ts';
import type { GateLine } from '../model.ts';

/** A component that was started and loaded. */
export interface LoadRun {
  readonly label: string;
  readonly command: string;
  /** What the load wrote; absent where it did not come to its end: `problem` says why. */
  readonly report?: string;
  readonly problem?: string;
}

/** Of one path. */
interface PathLoad {
  readonly path: string;
  readonly requests: number;
  readonly failed: number;
  readonly p95Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
}

/** A line for each service: the slowest of its paths counts. A request that failed is no fast answer, so that none may. */
export function performanceLines(loads: readonly LoadRun[], maxResponseTimeMs: number): GateLine[] {
  return loads.map((load) => lineOf(load, maxResponseTimeMs));
}

/** Where nothing is served there is nothing to measure; where the gate was asked for, that is not enough. */
export function nothingServed(isStated: boolean): GateLine {
  const why = 'no component says how it is served';
  const hint = 'add `serve` to the build.yaml of a component, or write `performanceTest: {enabled: false}`';
  return {
    ...{ gate: 'performanceTest', subject: 'workspace', why, evidence: [] },
    status: isStated ? 'not-measured' : 'off',
    details: isStated ? [hint] : [],
  };
}

function lineOf({ label, command, report, problem = 'it was not run' }: LoadRun, limit: number): GateLine {
  const head = {
    gate: 'performanceTest' as const,
    subject: label,
    threshold: `95 of 100 requests within ${limit} ms`,
  };
  const document = report === undefined ? undefined : jsonIn(report);
  const paths = isObject(document) ? listOf(document.paths).map(pathOf) : [];
  const evidence = [{ tool: 'autocannon', version: textIn(document, 'generator') ?? '', command }];
  const known = paths.filter((path) => path !== undefined);
  if (known.length === 0 || known.length < paths.length) {
    const why = report === undefined ? problem : 'the report of the load cannot be read';
    return { ...head, status: 'not-measured', why, evidence: [{ tool: 'autocannon', command }], details: [] };
  }
  const worst = Math.max(...known.map(({ p95Ms }) => p95Ms));
  const requests = known.reduce((total, each) => total + each.requests, 0);
  const failed = known.reduce((total, each) => total + each.failed, 0);
  const answers =
    failed > 0 ? `${failed} of ${counted(requests, 'request')} failed` : counted(requests, 'request');
  return {
    ...head,
    status: failed === 0 && requests > 0 && worst <= limit ? 'passed' : 'failed',
    measured: `${shown(worst)} ms (${answers})`,
    value: worst,
    evidence,
    details: known.map(
      (each) =>
        `${each.path}: p95 ${shown(each.p95Ms)} ms, p99 ${shown(each.p99Ms)} ms, longest ${shown(each.maxMs)} ms, ${counted(each.requests, 'request')}`,
    ),
  };
}

/** Rounded up, so that 200.01 is not shown as in time. */
function shown(ms: number): string {
  return String(Math.ceil(ms * 100) / 100);
}

function pathOf(entry: unknown): PathLoad | undefined {
  const path = textIn(entry, 'path');
  const [requests, failed, p95Ms, p99Ms, maxMs] = ['requests', 'failed', 'p95Ms', 'p99Ms', 'maxMs'].map(
    (key) => countIn(entry, key),
  );
  if (path === undefined || requests === undefined || failed === undefined) return undefined;
  if (p95Ms === undefined || p99Ms === undefined || maxMs === undefined) return undefined;
  return { path, requests, failed, p95Ms, p99Ms, maxMs };
}
