import { posix } from 'node:path';
import { aarPart, unzip } from '../archives/index.ts';
import { ok } from '../base/index.ts';
import { parseArguments } from './arguments.ts';
import { badInput, type Tool, usage } from './tool.ts';

/**
 * `aar-unpack v1 <aar> <folder>`: the parts of an Android library that an app takes (`aarPart`), as files of mode 0644. What
 * leads out of the folder, links, or unpacks to more than it says is refused, and then nothing is written.
 */
export const aarUnpack: Tool = async (args, context) => {
  const parsed = parseArguments(args, []);
  if (!parsed.ok) return parsed;
  const [aar, folder, ...rest] = parsed.value.operands;
  if (aar === undefined || folder === undefined || rest.length > 0) return usage('aar-unpack <aar> <folder>');
  const { fs, workingDirectory } = context;
  const unpacked = unzip(fs.readFile(posix.resolve(workingDirectory, aar)), {
    wants: (path) => aarPart(path) !== undefined,
  });
  if (!unpacked.ok) return badInput(`${aar}: ${unpacked.failure}`);
  const paths = new Set(unpacked.value.map(({ path }) => path));
  const both = [...paths].find((path) => [...parentsOf(path)].some((parent) => paths.has(parent)));
  if (both !== undefined) return badInput(`${aar}: ${JSON.stringify(both)} lies in a file`);
  const root = posix.resolve(workingDirectory, folder);
  const folders = new Set<string>();
  for (const { path, content } of unpacked.value) {
    const place = posix.join(root, path);
    const parent = posix.dirname(place);
    if (!folders.has(parent)) fs.makeDirectory(parent);
    folders.add(parent);
    fs.writeFile(place, content);
  }
  return ok(undefined);
};

function* parentsOf(path: string): Generator<string> {
  for (let at = path.lastIndexOf('/'); at > 0; at = path.lastIndexOf('/', at - 1)) yield path.slice(0, at);
}
