import { posix } from 'node:path';
import { type Checked, type Diagnostic, fail, mavenModule, ok, type Result } from '../base/index.ts';
import type { AndroidDependency, Classpath } from '../config/index.ts';
import { type ClasspathRule, classpathRules, declaredFor } from './classpaths.ts';
import type { ClientContext } from './client.ts';
import { provideCoursier } from './coursier.ts';
import type { GraphNode } from './coursier-graph.ts';
import { wantsWithFiles } from './maven-wants.ts';
import { MetadataReader } from './metadata-reader.ts';
import type { LockedFileEntry, LockedLibrary } from './model.ts';
import { outsideRanges } from './outside-range.ts';
import { unknownKinds } from './pom-packaging.ts';
import { readAar } from './read-aar.ts';
import { readPomLicence } from './read-pom-licence.ts';
import {
  type ClasspathContext,
  type ClasspathQuestion,
  type Knowledge,
  resolveClasspath,
} from './resolve-classpath.ts';

/** Resolves the class paths of an app and fetches their files, so that their hashes are known. */
export async function lockLibraries(
  context: ClientContext,
  what: string,
  dependencies: readonly AndroidDependency[],
): Promise<Checked<readonly LockedLibrary[] | undefined>> {
  const coursier = await provideCoursier(context);
  if (!coursier.ok) return { value: undefined, diagnostics: [coursier.failure] };
  const metadata = new MetadataReader(context, coursier.value);
  const knowledge: Knowledge = { floors: new Map(), standIns: new Map() };
  const paths = new Map<Classpath, readonly GraphNode[]>();
  const warnings: Diagnostic[] = [];
  for (const rule of classpathRules(dependencies)) {
    const nodes = await resolved(rule, {
      context,
      coursier: coursier.value,
      metadata,
      what,
      dependencies,
      knowledge,
      paths,
    });
    if (!nodes.value) return { value: undefined, diagnostics: nodes.diagnostics };
    paths.set(rule.classpath, nodes.value);
    // Of what the app contains first, which asks for the most.
    warnings.push(...nodes.diagnostics.filter(({ span }) => !warnings.some((each) => each.span === span)));
  }
  // The one that runs is the widest, and what a module compiles against is held to its versions.
  warnings.push(...outsideRanges(context.host.fs, paths.values(), dependencies));
  const world = { context, coursier: coursier.value };
  const bare = [...paths.values()]
    .flat()
    .filter(({ module, files }) => files.length === 0 && !knowledge.standIns.has(module));
  const problems = await unknownKinds(world, what, bare);
  const files =
    problems.length > 0
      ? { value: undefined, diagnostics: problems }
      : lockedFiles(
          context,
          paths,
          new Set(dependencies.map(({ coordinate }) => mavenModule(coordinate.value))),
        );
  return { ...files, diagnostics: [...warnings, ...files.diagnostics] };
}

interface Question extends ClasspathContext, Omit<ClasspathQuestion, 'scope' | 'aligned'> {
  /** What was resolved before. */
  readonly paths: ReadonlyMap<Classpath, readonly GraphNode[]>;
}

async function resolved(
  { scope, configurations, alignedWith, sameAs, seer }: ClasspathRule,
  { what, dependencies, knowledge, paths, ...world }: Question,
): Promise<Checked<readonly GraphNode[] | undefined>> {
  if (sameAs && declaredFor(dependencies, { configurations: sameAs.unless }).length === 0)
    return { value: paths.get(sameAs.classpath), diagnostics: [] };
  const declared = declaredFor(dependencies, { configurations, ...(seer === undefined ? {} : { seer }) });
  const others = (alignedWith && paths.get(alignedWith)) ?? [];
  const aligned = new Map(others.map(({ module, version }) => [module, version]));
  const found = await resolveClasspath(world, { what, scope, dependencies: declared, aligned, knowledge });
  return found.ok
    ? { value: found.value.nodes, diagnostics: found.value.warnings }
    : { value: undefined, diagnostics: found.failure };
}

type Entry = LockedLibrary & { readonly classpaths: Classpath[]; wants: readonly string[] };

function lockedFiles(
  context: ClientContext,
  paths: ReadonlyMap<Classpath, readonly GraphNode[]>,
  asked: ReadonlySet<string>,
): Checked<readonly LockedLibrary[] | undefined> {
  const files = new Map<string, Entry>();
  const diagnostics: Diagnostic[] = [];
  for (const [classpath, nodes] of paths) {
    const byModule = new Map(nodes.map((node) => [node.module, node]));
    for (const node of nodes) {
      const wants = wantsWithFiles(node.module, byModule);
      diagnostics.push(...unsupported(node));
      for (const path of node.files) {
        const known = files.get(path);
        if (known) {
          known.classpaths.push(classpath);
          known.wants = [...new Set([...known.wants, ...wants])].sort();
          continue;
        }
        const library = libraryOf(context, node, path);
        const isAsked = asked.has(node.module) ? { isAsked: true as const } : {};
        if (library.ok)
          files.set(path, {
            ...library.value,
            classpaths: [classpath],
            wants: [...wants].sort(),
            ...isAsked,
          });
        else diagnostics.push(library.failure);
      }
    }
  }
  if (diagnostics.length > 0) return { value: undefined, diagnostics };
  return { value: [...files.values()], diagnostics: [] };
}

function libraryOf(
  { cas, host: { fs } }: ClientContext,
  { module: name, version }: GraphNode,
  path: string,
): Result<Omit<LockedLibrary, 'classpaths'>, Diagnostic> {
  const digest = cas.putFile(path);
  const { hash: sha256, sizeBytes } = digest;
  const licence = readPomLicence(fs, { path, module: name, version });
  const file = { name, version, file: posix.basename(path), sha256, sizeBytes, ...licence };
  if (!path.endsWith('.aar')) return ok({ ...file, type: 'jar' });
  const aar = readAar(cas.get(digest) ?? new Uint8Array());
  return aar.ok ? ok({ ...file, type: 'aar', aar: aar.value }) : fail(badLibrary(file, aar.failure));
}

function badLibrary({ name, version, file }: Omit<LockedFileEntry, 'sha256'>, why: string): Diagnostic {
  return {
    code: 'dependencies/bad-library',
    severity: 'error',
    message: `${file} of ${name}:${version} is no Android library: ${why}`,
    hint: 'take another version of it, or leave it out with `exclude`; nothing of it was unpacked',
  };
}

function unsupported({ module, version, files, classifiers }: GraphNode): Diagnostic[] {
  const other = files.find((file) => !/\.(jar|aar)$/.test(file));
  const what =
    classifiers.length > 0
      ? `the classifier ${classifiers[0]}`
      : other === undefined
        ? undefined
        : `the file ${posix.basename(other)}`;
  if (what === undefined) return [];
  return [
    {
      code: 'dependencies/unsupported-package',
      severity: 'error',
      message: `${module}:${version} is taken with ${what}; only a module's own jar or AAR is`,
      hint: 'leave it out with `exclude` where a library asks for it, or name another module',
    },
  ];
}
