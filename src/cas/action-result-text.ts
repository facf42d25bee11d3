import type { ActionResult, ExecutionMetadata } from '../action/index.ts';
import { type Digest, formatDigest, parseDigest, sha256 } from '../base/index.ts';

/** The stored form of a result: a line with the checksum of what follows, then JSON that also names its action. */
export function formatActionResult(action: Digest, result: ActionResult): string {
  const json = JSON.stringify({
    version: 1,
    action: formatDigest(action),
    exitCode: result.exitCode,
    outputRoot: formatDigest(result.outputRoot),
    stdout: formatDigest(result.stdout),
    ...(result.auxiliary ? { auxiliary: formatDigest(result.auxiliary) } : {}),
    execution: result.execution,
  });
  return `${sha256(json)}\n${json}\n`;
}

/** `undefined` for a text that is damaged, of another action or of another version. */
export function parseActionResult(action: Digest, text: string): ActionResult | undefined {
  const json = checkedJson(text);
  if (json?.version !== 1 || json.action !== formatDigest(action)) return undefined;
  return resultOf(json);
}

/** The action that a stored text belongs to, with its result. */
export function parseStoredResult(text: string): { action: Digest; result: ActionResult } | undefined {
  const json = checkedJson(text);
  const action = digestIn(json?.action);
  const result = json?.version === 1 ? resultOf(json) : undefined;
  return action && result && { action, result };
}

type Fields = Readonly<Record<string, unknown>>;

function checkedJson(text: string): Fields | undefined {
  const json = text.slice(65, -1);
  if (text[64] !== '\n' || !text.endsWith('\n') || text.slice(0, 64) !== sha256(json)) return undefined;
  try {
    return fieldsOf(JSON.parse(json));
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function fieldsOf(value: unknown): Fields | undefined {
  return typeof value === 'object' && value !== null ? { ...value } : undefined;
}

function resultOf(json: Fields): ActionResult | undefined {
  const outputRoot = digestIn(json.outputRoot);
  const stdout = digestIn(json.stdout);
  const auxiliary = digestIn(json.auxiliary);
  const execution = executionOf(fieldsOf(json.execution));
  if (typeof json.exitCode !== 'number' || !outputRoot || !stdout || !execution) return undefined;
  if (json.auxiliary !== undefined && !auxiliary) return undefined;
  return { exitCode: json.exitCode, outputRoot, stdout, ...(auxiliary ? { auxiliary } : {}), execution };
}

function executionOf(fields: Fields | undefined): ExecutionMetadata | undefined {
  const { durationMs, finishedAtMs, peakMemoryBytes, cpuMs } = fields ?? {};
  if (typeof durationMs !== 'number' || typeof finishedAtMs !== 'number') return undefined;
  if (typeof peakMemoryBytes !== 'number' || typeof cpuMs !== 'number') return undefined;
  return { durationMs, finishedAtMs, peakMemoryBytes, cpuMs };
}

function digestIn(value: unknown): Digest | undefined {
  return typeof value === 'string' ? parseDigest(value) : undefined;
}
