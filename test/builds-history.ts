/** A month of builds of the reference platform: what real builds of it said, at other times, of other commits and versions. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sha256 } from '../src/base/index.ts';
import { type BuildRecord, RecordCollector, type ScoreRecord } from '../src/metrics/index.ts';
import { parseEvents } from '../src/metrics/record-reader.ts';

const FIXTURES = join(import.meta.dirname, 'fixtures/builds');
export const REAL = ['full', 'warm', 'broken', 'noop', 'test'] as const;
export type RealBuild = (typeof REAL)[number];

/** The record of a real build. */
export function realRecord(name: RealBuild, id = `real-${name}`.padEnd(12, '0')): BuildRecord {
  const parsed = parseEvents(readFileSync(join(FIXTURES, `${name}.jsonl`), 'utf8'));
  if (!parsed.ok) throw new Error(parsed.failure);
  const collector = new RecordCollector({ id, verb: name === 'test' ? 'test' : 'build' });
  for (const event of parsed.value) collector.handle(event);
  return collector.record({ cpuPercent: 61.4, memoryPercent: 43.2, diskPercent: 29.1 });
}

const DAY_MS = 86_400_000;
const DAYS = 30;

/** The same numbers at each run. */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 48_271) % 0x7fffffff;
    return state / 0x7fffffff;
  };
}

/** Builds of the last 30 days, the oldest first; the last one began an hour before now. */
export function history(nowMs: number): BuildRecord[] {
  const next = numbers(42);
  const real = new Map(REAL.map((name) => [name, realRecord(name)]));
  const made: BuildRecord[] = [];
  for (let day = DAYS - 1; day >= 0; day--) {
    const isWeekend = [0, 6].includes(new Date(nowMs - day * DAY_MS).getUTCDay());
    const count = isWeekend ? Math.floor(next() * 3) : 4 + Math.floor(next() * 8);
    for (let at = 0; at < count; at++) {
      const startMs =
        nowMs - day * DAY_MS - Math.floor((1 - (at + next()) / count) * 9 * 3_600_000) - 3_600_000;
      const how = next();
      const name =
        how < 0.12 ? 'broken' : how < 0.2 ? 'full' : how < 0.62 ? 'warm' : how < 0.82 ? 'test' : 'noop';
      made.push(varied(real.get(name)!, { startMs, factor: 0.75 + next() * 0.7, at: made.length }));
    }
  }
  const releases = ['1.0.0', '1.1.0', '1.1.1', '1.2.0', '1.3.0', '1.3.1'].map((version, at) => {
    const startMs = nowMs - (DAYS - 3 - at * 5) * DAY_MS;
    return released(
      varied(real.get('full')!, { startMs, factor: 0.9 + next() * 0.2, at: 900 + at }),
      version,
      at,
    );
  });
  return [...made, ...releases].sort((a, b) => a.startMs - b.startMs);
}

interface Variation {
  readonly startMs: number;
  readonly factor: number;
  readonly at: number;
}

/** Slower or faster, at another time, of another commit. */
function varied(record: BuildRecord, { startMs, factor, at }: Variation): BuildRecord {
  const time = (ms: number | undefined): number | undefined =>
    ms === undefined ? ms : Math.round(ms * factor);
  const commit = sha256(`commit ${at}`).slice(0, 40);
  const branch = at % 5 === 3 ? 'topic/offline-maps' : 'main';
  const times = { durationMs: Math.round((record.durationMs ?? 0) * factor) };
  const actions = record.actions.map((action) => {
    const changed = {
      readyMs: time(action.readyMs),
      startMs: time(action.startMs),
      endMs: time(action.endMs),
    };
    const present = Object.fromEntries(Object.entries(changed).filter(([, value]) => value !== undefined));
    return { ...action, ...present };
  });
  return {
    ...{ ...record, ...times, id: sha256(`build ${at}`).slice(0, 32), startMs, commit, branch, actions },
    buildId: `${new Date(startMs).toISOString().replace(/\D/g, '').slice(0, 14)}-${commit.slice(0, 12)}`,
  };
}

function released(record: BuildRecord, release: string, at: number): BuildRecord {
  const growth = (path: string): number => 1 + (at * (path.length % 5)) / 180;
  const artifacts = record.artifacts.map((each) => ({
    ...each,
    sizeBytes: Math.round(each.sizeBytes * growth(each.path)),
  }));
  const score = (
    gate: string,
    measured: number | null,
    threshold: number,
    unit: string,
    passed: boolean,
  ): ScoreRecord => ({
    ...{ gate, measured, threshold, unit, passed },
  });
  const scores = [
    score('lint score', 8.4 + at * 0.18, 8, 'of 10', true),
    score('coverage', 79.1 + at * 1.7, 80, '%', at > 0),
    score('high vulnerabilities', at === 2 ? 1 : 0, 0, 'found', at !== 2),
    score('response time (p95)', at === 3 ? null : 140 - at * 6, 200, 'ms', at !== 3),
  ].map((each) => ({
    ...each,
    measured: each.measured === null ? null : Math.round(each.measured * 10) / 10,
  }));
  return { ...record, verb: 'release', release, artifacts, scores, branch: 'main' };
}
