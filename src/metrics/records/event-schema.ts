/** Events of a build as they come from outside, a line of JSON each: only what a record is made of is kept of them. */
import { z } from 'zod';
import { fail, ok, type Result } from '../../base/index.ts';
import type { BuildEvent } from '../../event/index.ts';
import { LIMITS } from './build-record.ts';
import { SCORE_SCHEMA } from './record-schema.ts';

const name = () => z.string().max(LIMITS.name);
/** Longer ones are cut by the collector. */
const anyText = () => z.string().max(2 ** 18);
const number = () => z.number().min(0);

const about = { id: name(), label: name(), mnemonic: name(), description: anyText() };
const done = z.object({
  ...about,
  action: z.object({ hash: name(), sizeBytes: number() }).optional(),
  exitCode: z.number(),
  durationMs: number(),
  output: anyText(),
  failure: anyText().exactOptional(),
  cpuMs: number(),
  peakMemoryBytes: number(),
});

const finished = z.object({
  exitCode: z.int(),
  durationMs: number(),
  identity: z
    .object({ workspace: name(), buildId: name(), version: name(), commit: name(), branch: name() })
    .exactOptional(),
  targets: z.array(z.object({ label: name(), status: name(), durationMs: number() })).max(LIMITS.targets),
  artifacts: z
    .array(
      z.object({ label: name(), path: anyText(), type: name(), sizeBytes: z.int().min(0), sha256: name() }),
    )
    .max(LIMITS.artifacts),
  diagnostics: z
    .array(
      z.object({
        code: name(),
        severity: z.enum(['error', 'warning', 'note']),
        message: anyText(),
        hint: anyText().exactOptional(),
        path: anyText().exactOptional(),
        line: z.int().min(0).exactOptional(),
      }),
    )
    .max(LIMITS.problems),
});

const PAYLOADS: Readonly<Record<string, z.ZodType<object>>> = {
  'build.started': z.object({
    verb: name().exactOptional(),
    mode: name(),
    targets: z.array(name()).max(LIMITS.targets),
    jobs: number(),
  }),
  'build.planned': z.object({
    actions: z.int().min(0),
    targets: z.int().min(0),
    upToDate: z.int().min(0),
    workspace: name().exactOptional(),
  }),
  'action.ready': z.object({ ...about, needs: z.array(name()).max(LIMITS.actions) }),
  'action.started': z.object(about),
  'action.cached': done,
  'action.finished': done,
  'action.skipped': z.object({ id: name(), label: name(), because: name() }),
  'gate.measured': SCORE_SCHEMA,
  'build.finished': finished,
};

const LINE = z.object({ time: z.number().min(0).max(8.64e15), type: name(), payload: z.object().loose() });

/** Types that no record needs are passed over; a line that is no event refuses all, by its number. */
export function parseEvents(text: string): Result<BuildEvent[], string> {
  const events: BuildEvent[] = [];
  for (const [at, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue;
    const event = parseLine(line);
    if (!event.ok) return fail(`line ${at + 1}: ${event.failure}`);
    if (event.value) events.push(event.value);
  }
  return ok(events);
}

function parseLine(line: string): Result<BuildEvent | undefined, string> {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return fail('is not JSON');
  }
  const event = LINE.safeParse(value);
  if (!event.success) return fail('is no event: it has no time, type and payload');
  const schema = Object.hasOwn(PAYLOADS, event.data.type) ? PAYLOADS[event.data.type] : undefined;
  if (!schema) return ok(undefined);
  const payload = schema.safeParse(event.data.payload);
  if (payload.success) return ok({ ...event.data, payload: payload.data });
  const [issue] = payload.error.issues;
  return fail(`payload.${issue?.path.join('.')}: ${issue?.message}`);
}
