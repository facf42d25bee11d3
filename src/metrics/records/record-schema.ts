/** The shape of a record as it comes from outside: everything is bounded here. */
import { z } from 'zod';
import { ACTION_STATUSES, BUILD_STATUSES, type BuildRecord, LIMITS, RECORD_VERSION } from './build-record.ts';

const name = () => z.string().max(LIMITS.name);
const text = () => z.string().max(LIMITS.text);
const count = () => z.int().min(0);
/** Of the clock of a machine that need not be right. */
const timeMs = () => z.number().min(0).max(8.64e15);
const durationMs = () => z.number().min(0).max(LIMITS.durationMs);
const percent = () => z.number().min(0).max(100).nullable();

/** Chosen by whoever builds, and a part of addresses. */
export const RECORD_ID = z.string().regex(/^[0-9a-z][0-9a-z-]{7,63}$/);

const resources = z.object({
  cpuPercent: percent(),
  memoryPercent: percent(),
  diskPercent: percent(),
});

const counts = z.object({
  ran: count(),
  cached: count(),
  failed: count(),
  skipped: count(),
  upToDate: count(),
});

const target = z.object({
  label: name(),
  status: z.enum(['built', 'up-to-date', 'failed', 'skipped', 'building']),
  durationMs: durationMs(),
});

const action = z.object({
  id: name(),
  label: name(),
  mnemonic: name(),
  description: text(),
  status: z.enum(ACTION_STATUSES),
  readyMs: durationMs().exactOptional(),
  startMs: durationMs().exactOptional(),
  endMs: durationMs().exactOptional(),
  cpuMs: durationMs().exactOptional(),
  peakMemoryBytes: count().exactOptional(),
  savedMs: durationMs().exactOptional(),
  key: name().exactOptional(),
  needs: z.array(name()).max(LIMITS.needs).exactOptional(),
  failure: text().exactOptional(),
  log: z.string().max(LIMITS.log).exactOptional(),
});

const artifact = z.object({
  path: text(),
  label: name(),
  sizeBytes: count(),
  sha256: name(),
});

export const SCORE_SCHEMA = z.object({
  gate: name(),
  measured: z.number().nullable(),
  threshold: z.number().nullable(),
  unit: name(),
  passed: z.boolean(),
  evidence: text().exactOptional(),
});

const problem = z.object({
  code: name(),
  severity: z.enum(['error', 'warning', 'note']),
  message: text(),
  hint: text().exactOptional(),
  path: text().exactOptional(),
  line: count().exactOptional(),
});

/** Keys that are not known are dropped, so that a newer client may say more. */
export const RECORD_SCHEMA = z.object({
  version: z.literal(RECORD_VERSION),
  id: RECORD_ID,
  source: z.enum(['mobileops', 'document']),
  verb: name(),
  status: z.enum(BUILD_STATUSES),
  startMs: timeMs(),
  durationMs: durationMs().exactOptional(),
  exitCode: z.int().exactOptional(),
  workspace: name(),
  buildId: name(),
  release: name(),
  commit: name(),
  branch: name(),
  requested: z.array(name()).max(LIMITS.targets),
  jobs: count().exactOptional(),
  resources,
  counts,
  targets: z.array(target).max(LIMITS.targets),
  actions: z.array(action).max(LIMITS.actions),
  actionsLeftOut: count().exactOptional(),
  artifacts: z.array(artifact).max(LIMITS.artifacts),
  scores: z.array(SCORE_SCHEMA).max(LIMITS.scores),
  problems: z.array(problem).max(LIMITS.problems),
}) satisfies z.ZodType<BuildRecord>;
