import { dirname, join } from 'node:path';
import { sha256 } from '../base/index.ts';
import type { FileSystem } from '../host/index.ts';
import type { Remark, TargetRequirements } from '../rules/index.ts';
import type { Observations } from './observations.ts';

/** Of what may hold values of the user's variables, also where the workspace is read by others. */
export const OWN_FILE_MODE = 0o600;

/** What the last builds of a workspace left, in `build-cache/state.json`. Losing it costs time, never correctness. */
export class BuildState {
  readonly #fs: FileSystem;
  readonly #path: string;
  readonly #content: Content;
  #isChanged = false;

  constructor(fs: FileSystem, root: string) {
    this.#fs = fs;
    this.#path = join(root, 'build-cache', 'state.json');
    this.#content = readContent(fs, this.#path);
  }

  /** By label. */
  get targets(): Readonly<Record<string, TargetMemo>> {
    return this.#content.targets;
  }

  /** Expected durations of actions by id, in milliseconds. */
  get durations(): Readonly<Record<string, number>> {
    return this.#content.durations;
  }

  /** Facts about the host and the commit, by what they follow from. */
  get facts(): Readonly<Record<string, string>> {
    return this.#content.facts;
  }

  rememberTarget(label: string, memo: TargetMemo): void {
    this.#content.targets[label] = memo;
    this.#isChanged = true;
  }

  forgetTarget(label: string): void {
    delete this.#content.targets[label];
    this.#isChanged = true;
  }

  rememberDuration(actionId: string, durationMs: number): void {
    this.#content.durations[actionId] = Math.round(durationMs);
    this.#isChanged = true;
  }

  rememberFact(name: string, value: string): void {
    if (this.#content.facts[name] === value) return;
    this.#content.facts[name] = value;
    this.#isChanged = true;
  }

  forgetFact(name: string): void {
    delete this.#content.facts[name];
    this.#isChanged = true;
  }

  save(): void {
    if (!this.#isChanged) return;
    this.#fs.makeDirectory(dirname(this.#path));
    const text = JSON.stringify(this.#content);
    this.#fs.replaceFile(this.#path, `${sha256(text)}\n${text}`, OWN_FILE_MODE);
    this.#isChanged = false;
  }
}

interface Content {
  readonly version: 3;
  readonly targets: Record<string, TargetMemo>;
  readonly durations: Record<string, number>;
  readonly facts: Record<string, string>;
}

export interface TargetMemo {
  readonly key: string;
  readonly observations: Observations;
  /** What it wants of the lock and the machine, as long as `observations` holds. */
  readonly requirements: TargetRequirements;
  /** `hash/size` of the root that other targets see. */
  readonly exports: string;
  readonly artifacts: readonly ArtifactMemo[];
  readonly actions: number;
  /** Whether one of its actions sees more of the machine than our own commands do. */
  readonly seesMachine: boolean;
  /** What was left out of it. */
  readonly remarks?: readonly Remark[];
}

export interface ArtifactMemo {
  readonly name: string;
  readonly type: string;
  /** Relative to `dist/`. */
  readonly path: string;
  /** `hash/size` of the tree; for `isFile`, of the tree with that one file. */
  readonly root: string;
  readonly isFile: boolean;
  readonly sizeBytes: number;
  /** SHA-256 of the file, or of the folder's canonical tree. */
  readonly sha256: string;
  readonly contentSha256?: string;
  /** Of the certificate that signs it. */
  readonly validUntilMs?: number;
  /** Files in `dist/` as they were written. */
  readonly written: readonly WrittenEntry[];
}

/** Path below the artifact (`''` for itself) and the stat after it was written. */
export type WrittenEntry = readonly [path: string, stamp: string];

/** The first line is the digest of the rest: a file that was damaged is as good as none. */
function readContent(fs: FileSystem, path: string): Content {
  const none: Content = { version: 3, targets: {}, durations: {}, facts: {} };
  const text = fs.lstat(path)?.type === 'file' ? fs.readText(path) : '';
  const body = text.slice(text.indexOf('\n') + 1);
  if (text.slice(0, text.indexOf('\n')) !== sha256(body)) return none;
  const content = JSON.parse(body) as Content;
  return content.version === 3 ? content : none;
}
