import { posix } from 'node:path';
import { ok } from '../base/index.ts';
import { parseArguments } from './arguments.ts';
import { badInput, type Tool, type ToolContext, usage } from './tool.ts';

const DEX = /^classes(\d*)\.dex$/;
/** Places in the header of a DEX file: offsets of its tables, and how many classes it defines. */
const STRINGS_AT = 0x3c;
const TYPES_AT = 0x44;
const CLASS_COUNT_AT = 0x60;
const CLASSES_AT = 0x64;
const CLASS_BYTES = 32;

/**
 * `dex-join v1 --out <dir> <dir>...`: the DEX files of several folders as those of one app, the first folder's first:
 * `classes.dex`, `classes2.dex` and so on, their bytes as they are. A class in two of them is an error, since an app would have the first.
 */
export const dexJoin: Tool = async (args, context) => {
  const parsed = parseArguments(args, ['out']);
  if (!parsed.ok) return parsed;
  const { options, operands } = parsed.value;
  if (options.out === undefined || operands.length === 0) return usage('dex-join --out <dir> <dir>...');
  const { fs, workingDirectory } = context;
  const out = posix.resolve(workingDirectory, options.out);
  fs.makeDirectory(out);
  const owners = new Map<string, string>();
  let count = 0;
  for (const folder of operands) {
    for (const name of dexNames(context, folder)) {
      const bytes = Buffer.from(fs.readFile(posix.resolve(workingDirectory, folder, name)));
      for (const each of definedClasses(bytes)) {
        const before = owners.get(each);
        if (before !== undefined)
          return badInput(`${each} is in ${before} and in ${folder}: leave one of them out`);
        owners.set(each, folder);
      }
      count++;
      fs.writeFile(posix.join(out, `classes${count === 1 ? '' : count}.dex`), bytes);
    }
  }
  return ok(undefined);
};

/** In the order in which Android loads them. */
function dexNames({ fs, workingDirectory }: ToolContext, folder: string): string[] {
  const number = (name: string): number => Number(DEX.exec(name)![1] || 1);
  return fs
    .readDirectory(posix.resolve(workingDirectory, folder))
    .map(({ name }) => name)
    .filter((name) => DEX.test(name))
    .sort((a, b) => number(a) - number(b));
}

/** `com.example.Main`, of a file that D8 wrote. */
function definedClasses(bytes: Buffer): string[] {
  const u32 = (at: number): number => bytes.readUInt32LE(at);
  return Array.from({ length: u32(CLASS_COUNT_AT) }, (_, index) => {
    const type = u32(u32(CLASSES_AT) + index * CLASS_BYTES);
    const text = u32(u32(STRINGS_AT) + 4 * u32(u32(TYPES_AT) + 4 * type));
    let start = text;
    while (bytes[start]! & 0x80) start++;
    const descriptor = bytes.toString('utf8', start + 1, bytes.indexOf(0, start + 1));
    return descriptor.slice(1, -1).replaceAll('/', '.');
  });
}
