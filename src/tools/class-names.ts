import { posix } from 'node:path';
import { unzip } from '../archives/index.ts';
import { ok } from '../base/index.ts';
import { parseArguments } from './arguments.ts';
import { badInput, type Tool, type ToolContext, type ToolResult, usage } from './tool.ts';

/** An archive of classes, by the name that people know it by. */
interface Archive {
  readonly jar: string;
  readonly name: string;
  /** `group:artifact` of a library. */
  readonly module?: string;
  /** Files that its classes may come from. */
  readonly sources?: readonly string[];
}

interface Owner {
  readonly name: string;
  readonly module?: string | undefined;
}

const MOST_SHOWN = 5;

/**
 * `class-names v1 --mark <file> [--out <file>] [--known <file>] <list>`: holds each class to one of the archives of a list in JSON, and
 * of another run (`--known`, what its `--out` gave). A class in two of them is an error that names both. The mark is empty: what waits
 * for it does not depend on names.
 */
export const classNames: Tool = async (args, context) => {
  const parsed = parseArguments(args, ['mark', 'out', 'known']);
  if (!parsed.ok) return parsed;
  const { options, operands } = parsed.value;
  const [list] = operands;
  if (options.mark === undefined || list === undefined || operands.length !== 1)
    return usage('class-names --mark <file> [--out <file>] [--known <file>] <list>');
  const read = (path: string): unknown => JSON.parse(context.fs.readText(at(context, path)));
  const owners = new Map<string, Owner>(
    options.known === undefined ? [] : (read(options.known) as [string, Owner][]),
  );
  const clashes = new Map<string, Clash>();
  for (const archive of read(list) as Archive[]) {
    const classes = classesIn(archive, context);
    if (!Array.isArray(classes)) return classes;
    for (const name of classes) {
      const before = owners.get(name);
      if (before) addClash(clashes, name, [before, ownerOf(archive, name)]);
      else owners.set(name, ownerOf(archive, name));
    }
  }
  if (clashes.size > 0) return badInput([...clashes.values()].map(clashText).join('\n'));
  if (options.out !== undefined) context.fs.writeFile(at(context, options.out), JSON.stringify([...owners]));
  context.fs.writeFile(at(context, options.mark), '');
  return ok(undefined);
};

function at({ workingDirectory }: Pick<ToolContext, 'workingDirectory'>, path: string): string {
  return posix.resolve(workingDirectory, path);
}

/** `com/example/Main$Inner`, without those for other releases of Java. */
function classesIn({ jar, name }: Archive, context: ToolContext): string[] | ToolResult {
  const found: string[] = [];
  const files = unzip(context.fs.readFile(at(context, jar)), {
    wants: (path) => {
      if (path.endsWith('.class') && !/^META-INF\/|(^|\/)(module|package)-info\.class$/.test(path))
        found.push(path.slice(0, -'.class'.length));
      return false;
    },
  });
  return files.ok ? found : badInput(`${name}: ${files.failure}`);
}

/** The source file where there is one of the class's name, else the archive. */
function ownerOf({ name, module, sources = [] }: Archive, of: string): Owner {
  const outer = of.replace(/\$.*$/, '').replace(/Kt$/, '');
  const source = sources.find((path) => path.replace(/\.\w+$/, '').endsWith(`/${outer}`));
  return { name: source ?? name, ...(module === undefined ? {} : { module }) };
}

interface Clash {
  readonly owners: readonly [Owner, Owner];
  readonly classes: string[];
}

function addClash(clashes: Map<string, Clash>, name: string, owners: Clash['owners']): void {
  const key = owners.map((each) => each.name).join('\n');
  const known = clashes.get(key);
  if (known) known.classes.push(name);
  else clashes.set(key, { owners, classes: [name] });
}

function clashText({ owners, classes }: Clash): string {
  const names = classes.map((each) => each.replaceAll('/', '.'));
  const more = names.length - MOST_SHOWN;
  const shown = `${names.slice(0, MOST_SHOWN).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
  const [one, other] = owners;
  const modules = owners.flatMap(({ module }) => module ?? []);
  const remedy =
    modules.length === 0
      ? 'give one of the two another name or package'
      : `${modules.length === 2 ? 'keep one of the two libraries' : 'take the file out, or the library'}: ${modules
          .map((each) => `exclude: ["${each}"]`)
          .join(' or ')} where another library asks for it, or take it out of \`dependencies\``;
  return `duplicate class ${shown}: in ${one.name} and in ${other.name}\n  ${remedy}`;
}
