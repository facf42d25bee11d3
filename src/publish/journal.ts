import { dirname } from 'node:path/posix';
import { type FileSystem, writeDurably } from '../host/index.ts';

/** What of a publication was done, on the disk before the next step begins. */
export interface Journal {
  readonly path: string;
  has(step: string): boolean;
  /** Returns once the disk has it. */
  add(step: string): void;
}

/** Opens the journal at a path; one that is torn or of another format counts as empty, as each step can be done again. */
export function openJournal(fs: FileSystem, path: string): Journal {
  const done = new Set(stepsIn(fs.readTextIfExists(path)));
  return {
    path,
    has: (step) => done.has(step),
    add(step) {
      done.add(step);
      fs.makeDirectory(dirname(path));
      writeDurably(fs, path, [HEADER, ...done, ''].join('\n'), 0o600);
    },
  };
}

const HEADER = 'mobileops publication 1';

function stepsIn(text: string | undefined): readonly string[] {
  const [header, ...steps] = (text ?? '').split('\n');
  return header === HEADER ? steps.filter((step) => step !== '') : [];
}
