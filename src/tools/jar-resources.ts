import { posix } from 'node:path';
import { unzip } from '../archives/index.ts';
import { ok } from '../base/index.ts';
import { parseArguments } from './arguments.ts';
import { badInput, type Tool, usage } from './tool.ts';

/** What a library's jar holds beside classes and that no app is to contain, as Android's own builds leave it out. */
const LEFT_OUT =
  /\.class$|\.kotlin_metadata$|(^|\/)protobuf\.meta$|^(META-INF\/)?(LICENSE|NOTICE)(\.txt|\.md)?$|^META-INF\/(MANIFEST\.MF|INDEX\.LIST|DEPENDENCIES|AL2\.0|LGPL2\.1|[^/]+\.(SF|RSA|DSA|EC)|(maven|proguard|com\.android\.tools|versions)\/.*)$/;
/** Lists of implementations, of which each library may add some. */
const SERVICES = /^META-INF\/services\/[^/]+$/;

interface Resource {
  readonly jar: string;
  readonly content: Uint8Array;
}

/**
 * `jar-resources v1 --out <dir> <jar>...`: the files that libraries give to be found by class path, as one folder. Lists of
 * services are joined; any other path that two jars have must have the same bytes in both, and none is a file in one and a folder
 * in another.
 */
export const jarResources: Tool = async (args, { fs, workingDirectory }) => {
  const parsed = parseArguments(args, ['out']);
  if (!parsed.ok) return parsed;
  const { options, operands } = parsed.value;
  if (options.out === undefined) return usage('jar-resources --out <dir> <jar>...');
  const found = new Map<string, Resource>();
  for (const jar of operands) {
    const files = unzip(fs.readFile(posix.resolve(workingDirectory, jar)), {
      wants: (path) => !LEFT_OUT.test(path),
    });
    if (!files.ok) return badInput(`${jar}: ${files.failure}`);
    for (const { path, content } of files.value) {
      const before = found.get(path);
      if (!before) found.set(path, { jar, content });
      else if (SERVICES.test(path))
        found.set(path, { jar, content: Buffer.concat([before.content, Buffer.from('\n'), content]) });
      else if (!Buffer.from(before.content).equals(content))
        return badInput(
          `${before.jar} and ${jar} both have ${path}, with other content: exclude one of the two libraries`,
        );
    }
  }
  const clash = fileAndFolder(found);
  if (clash !== undefined) return badInput(clash);
  const out = posix.resolve(workingDirectory, options.out);
  fs.makeDirectory(out);
  for (const [path, { content }] of found) {
    const place = posix.join(out, path);
    fs.makeDirectory(posix.dirname(place));
    fs.writeFile(place, content);
  }
  return ok(undefined);
};

/** An archive could hold both; a folder, and whoever unpacks the app, cannot. */
function fileAndFolder(found: ReadonlyMap<string, Resource>): string | undefined {
  for (const [path, { jar }] of found) {
    const parts = path.split('/');
    for (let count = 1; count < parts.length; count++) {
      const folder = parts.slice(0, count).join('/');
      const other = found.get(folder);
      if (other)
        return `${other.jar} has the file ${folder}, and ${jar} a folder of that name with ${path}: exclude one of the two libraries`;
    }
  }
  return undefined;
}
