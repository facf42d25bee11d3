import { type Digest, digestOf } from '../base/index.ts';
import { WireWriter } from './wire.ts';

/** REAPI's `Command`: what is run. Paths are relative to the input root, or `/`-absolute where the sandbox fixes them. */
export interface Command {
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Relative to `workingDirectory`; `''` is all of it. */
  readonly outputPaths: readonly string[];
  readonly workingDirectory: string;
}

/** What a worker is chosen by; nothing else belongs here. */
export type Platform = Readonly<Record<string, string>>;

/** REAPI's `Action`. Its digest is the cache key. */
export interface Action {
  readonly command: Command;
  readonly inputRoot: Digest;
  /** 0 for none. Part of the key as in REAPI. */
  readonly timeoutMs: number;
  readonly isCacheable: boolean;
  /** All that the sandbox shows beside the input root: its kind and the visible host root. */
  readonly salt: string;
  readonly platform: Platform;
}

/** The encoded messages of an action, as a store or a remote engine takes them. */
export interface EncodedAction {
  readonly digest: Digest;
  readonly bytes: Uint8Array;
  readonly commandDigest: Digest;
  readonly commandBytes: Uint8Array;
}

export function encodeAction(action: Action): EncodedAction {
  const commandBytes = encodeCommand(action.command);
  const commandDigest = digestOf(commandBytes);
  const writer = new WireWriter().digest(1, commandDigest).digest(2, action.inputRoot);
  if (action.timeoutMs > 0) writer.message(6, duration(action.timeoutMs));
  writer.boolean(7, !action.isCacheable).string(9, action.salt);
  if (Object.keys(action.platform).length > 0) writer.message(10, properties(action.platform));
  const bytes = writer.finish();
  return { digest: digestOf(bytes), bytes, commandDigest, commandBytes };
}

/** `Command` of REAPI v2 (arguments 1, environment 2, working directory 6, output paths 7). */
export function encodeCommand(command: Command): Uint8Array {
  const writer = new WireWriter().strings(1, command.argv);
  for (const name of Object.keys(command.env).sort()) {
    writer.message(2, new WireWriter().string(1, name).string(2, command.env[name]!));
  }
  return writer
    .string(6, command.workingDirectory)
    .strings(7, [...command.outputPaths].sort())
    .finish();
}

function duration(durationMs: number): WireWriter {
  const seconds = Math.floor(durationMs / 1000);
  return new WireWriter().integer(1, seconds).integer(2, Math.round((durationMs - seconds * 1000) * 1e6));
}

function properties(platform: Platform): WireWriter {
  const writer = new WireWriter();
  for (const name of Object.keys(platform).sort()) {
    writer.message(1, new WireWriter().string(1, name).string(2, platform[name]!));
  }
  return writer;
}

/** What an execution left: REAPI's `ActionResult` with one output root that holds all captured paths. */
export interface ActionResult {
  readonly exitCode: number;
  /** Root of the captured paths, each at its own place. */
  readonly outputRoot: Digest;
  /** What was printed, standard output and error as they came, cut in the middle when very long. */
  readonly stdout: Digest;
  /** A document about the run beside what it left, as REAPI's auxiliary metadata; nothing that follows sees it. */
  readonly auxiliary?: Digest;
  readonly execution: ExecutionMetadata;
}

export interface ExecutionMetadata {
  readonly durationMs: number;
  readonly finishedAtMs: number;
  /** 0 where it is not known. */
  readonly peakMemoryBytes: number;
  readonly cpuMs: number;
}
