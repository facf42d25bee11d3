import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Health, type Healthcheck } from './healthcheck.ts';

const CHECK: Healthcheck = {
  argv: ['probe'],
  intervalMs: 30_000,
  timeoutMs: 1_000,
  startPeriodMs: 0,
  startIntervalMs: 5_000,
  retries: 3,
};

interface Case {
  readonly check?: Partial<Healthcheck>;
  readonly quickMs?: number;
  /** What the probes say, `+` or `-`; the last one stays. */
  readonly probes: string;
  /** Seconds of the counted probes, those in between in brackets, and the status where it changes. */
  readonly seen: string;
}

/** Probes take a second each. */
const CASES: Readonly<Record<string, Case>> = {
  'healthy at the first probe, which comes after an interval': { probes: '+', seen: '30 healthy 61 92 123' },
  'as many failures as allowed': { probes: '-', seen: '30 61 92 unhealthy 123' },
  'a success begins the count again': { probes: '--+--+', seen: '30 61 92 healthy 123 154 185' },
  'unhealthy and well again': { probes: '---+', seen: '30 61 92 unhealthy 123 healthy 154' },
  'the start period has its own interval, and failures in it do not count': {
    check: { startPeriodMs: 12_000, retries: 1 },
    probes: '-',
    seen: '5 11 42 unhealthy 73',
  },
  'a success ends the start': {
    check: { startPeriodMs: 60_000, retries: 1 },
    probes: '-+-',
    seen: '5 11 healthy 42 unhealthy 73',
  },
  'quick probes find it healthy early, and never unhealthy early': {
    check: { intervalMs: 4_000, retries: 2 },
    quickMs: 500,
    probes: '-',
    seen: '(0.1) (1.6) (3.1) 4.1 (5.6) (7.1) (8.6) 9.6 unhealthy 14.6',
  },
  'a quick probe that passes': { quickMs: 500, probes: '--+', seen: '(0.1) (1.6) (3.1) healthy 30' },
};

for (const [name, { check, quickMs, probes, seen }] of Object.entries(CASES)) {
  test(`health: ${name}`, () => {
    const health = new Health({ ...CHECK, ...check }, quickMs);
    const found: string[] = [];
    let nowMs = 0;
    for (let count = 0; found.length < seen.split(' ').length; count++) {
      const plan = health.next();
      const atMs = Math.max(nowMs, plan.atMs);
      nowMs = atMs + 1_000;
      found.push(plan.isCounted ? `${atMs / 1000}` : `(${atMs / 1000})`);
      const hasPassed = (probes[count] ?? probes.at(-1)) === '+';
      if (health.record({ ...plan, atMs, endedMs: nowMs, hasPassed })) found.push(health.status);
    }
    assert.equal(found.join(' '), seen);
  });
}
