import { join } from 'node:path/posix';
import type { ActionDone, ActionEvents, BuildEvent } from '../event/index.ts';
import type { FileSystem } from '../host/index.ts';

/** How an action came out in one build, and what its key was made of. */
export interface ActionRecord {
  /** Milliseconds since 1970. */
  readonly time: number;
  readonly id: string;
  readonly label: string;
  readonly status: 'ran' | 'cached' | 'failed' | 'skipped';
  readonly key: string;
  readonly durationMs: number;
  readonly parts?: Readonly<Record<string, string>>;
  readonly because?: string;
}

const FILE = 'build-cache/explanations.jsonl';
const OLDER = 'build-cache/explanations.old.jsonl';
const MAX_BYTES = 8 * 2 ** 20;

/** Collects what `why` will say; a build that did nothing adds nothing. */
export class ExplanationLog {
  readonly #lines: string[] = [];
  readonly #parts = new Map<string, Readonly<Record<string, string>>>();

  handle({ time, type, payload }: BuildEvent): void {
    if (type === 'action.key') {
      const { id, parts } = payload as ActionEvents['action.key'];
      this.#parts.set(id, parts);
    } else if (type === 'action.cached') this.#add(time, 'cached', payload as ActionDone);
    else if (type === 'action.finished') {
      const done = payload as ActionDone;
      this.#add(time, done.failure === undefined && done.exitCode === 0 ? 'ran' : 'failed', done);
    } else if (type === 'action.skipped') {
      const { id, label, because } = payload as ActionEvents['action.skipped'];
      const record: ActionRecord = { time, id, label, status: 'skipped', key: '', durationMs: 0, because };
      this.#lines.push(JSON.stringify(record));
    }
  }

  #add(time: number, status: ActionRecord['status'], { id, label, action, durationMs }: ActionDone): void {
    const parts = this.#parts.get(id);
    this.#parts.delete(id);
    const common = { time, id, label, status, key: action?.hash ?? '', durationMs: Math.round(durationMs) };
    const record: ActionRecord = parts ? { ...common, parts } : common;
    this.#lines.push(JSON.stringify(record));
  }

  /** Appends to the workspace's record; once it has grown large, the older half is set aside. */
  write(fs: FileSystem, root: string): void {
    if (this.#lines.length === 0) return;
    const path = join(root, FILE);
    fs.makeDirectory(join(root, 'build-cache'));
    const sizeBytes = fs.lstat(path)?.sizeBytes ?? 0;
    if (sizeBytes > MAX_BYTES) fs.rename(path, join(root, OLDER));
    fs.appendFile(path, this.#lines.map((line) => `${line}\n`).join(''));
  }
}

/** Records of a target's actions, oldest first. A line that was cut off by a crash is left out. */
export function readExplanations(fs: FileSystem, root: string, label: string): readonly ActionRecord[] {
  const wanted = JSON.stringify(label);
  return [OLDER, FILE].flatMap((file) => {
    const text = fs.readTextIfExists(join(root, file)) ?? '';
    return text
      .split('\n')
      .filter((line) => line.includes(wanted))
      .map(parseRecord)
      .filter((record) => record?.label === label)
      .map((record) => record!);
  });
}

function parseRecord(line: string): ActionRecord | undefined {
  try {
    return JSON.parse(line) as ActionRecord;
  } catch {
    return undefined;
  }
}
