import { join } from 'node:path/posix';
import { cleanText } from '../base/index.ts';
import type { FileSystem } from '../host/index.ts';
import type { Examined } from './examined.ts';

export interface StepLog {
  /** Relative to the workspace. */
  readonly path: string;
  readonly lines: readonly string[];
}

export interface WantedLog {
  readonly root: string;
  /** Of the action. */
  readonly id: string;
  /** How many, at most. */
  readonly lines: number;
}

const FOLDER = 'build-cache/logs';
/** Of a log's end. */
const READ_BYTES = 8 * 2 ** 20;
/** A longer one is cut. */
const LINE_CHARACTERS = 500;

/** The end of what a step said when it failed, by the newest log that tells of it, without secrets. */
export function shownLog(examined: Examined, { root, id, lines }: WantedLog): StepLog | undefined {
  const { fs } = examined.host;
  const folder = join(root, FOLDER);
  if (fs.lstat(folder)?.type !== 'directory') return undefined;
  const names = fs.readDirectory(folder).filter(({ name, type }) => type === 'file' && name.endsWith('.log'));
  for (const { name } of names.reverse()) {
    const said = outputOf(endOf(fs, join(folder, name)), id);
    if (said) {
      const shown = examined.hideSecrets(said.join('\n')).split('\n').slice(-lines);
      return {
        path: `${FOLDER}/${name}`,
        lines: shown.map((line) => cleanText(line, false).slice(0, LINE_CHARACTERS)),
      };
    }
  }
  return undefined;
}

/** The lines behind `finished ID (exit 1, …)`, as the kept log writes them; `undefined` where that step did not fail. */
export function outputOf(log: string, id: string): readonly string[] | undefined {
  const all = log.split('\n');
  const at = all.findLastIndex((line) => {
    const [, said = ''] = /^\S+ finished (.*)$/.exec(line) ?? [];
    return said.startsWith(`${id} (exit `) && !said.startsWith(`${id} (exit 0,`);
  });
  if (at < 0) return undefined;
  const rest = all.slice(at + 1);
  const end = rest.findIndex((line) => !line.startsWith('  | '));
  return (end < 0 ? rest : rest.slice(0, end)).map((line) => line.slice('  | '.length));
}

function endOf(fs: FileSystem, path: string): string {
  const sizeBytes = fs.lstat(path)?.sizeBytes ?? 0;
  const buffer = new Uint8Array(Math.min(sizeBytes, READ_BYTES));
  using file = fs.open(path, 'r');
  let filled = 0;
  while (filled < buffer.length) {
    const read = file.readAt(buffer.subarray(filled), sizeBytes - buffer.length + filled);
    if (read === 0) break;
    filled += read;
  }
  return Buffer.from(buffer.subarray(0, filled)).toString();
}
