import { fail, ok, type Result } from '../../base/index.ts';
import { formatProblem } from '../fault.ts';
import { readEntry, readZip } from './zip.ts';

export interface ZipText {
  readonly name: string;
  readonly text: string;
}

const MAX_TEXT_BYTES = 4 * 2 ** 20;

/** The first entry of a zip that is wanted, as UTF-8; `undefined` where there is none. A failure says what is wrong with the zip. */
export async function zipText(
  bytes: Buffer,
  isWanted: (name: string) => boolean,
): Promise<Result<ZipText | undefined, string>> {
  try {
    const entry = readZip(bytes).entries.find(({ name }) => isWanted(name));
    if (!entry) return ok(undefined);
    if (entry.sizeBytes > MAX_TEXT_BYTES) return fail(`${entry.name} has ${entry.sizeBytes} bytes`);
    return ok({ name: entry.name, text: (await readEntry(bytes, entry)).toString('utf8') });
  } catch (error) {
    return fail(formatProblem(error));
  }
}
