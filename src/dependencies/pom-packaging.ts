import { posix } from 'node:path';
import { type Diagnostic, mavenModule } from '../base/index.ts';
import type { ClientContext } from './client.ts';
import { type Coursier, coursierFetch } from './coursier.ts';
import type { GraphNode } from './coursier-graph.ts';

/** Of modules that came without a file: those that have one of a kind that no app takes. A POM alone only asks for others. */
export async function unknownKinds(
  { context, coursier }: { readonly context: ClientContext; readonly coursier: Coursier },
  what: string,
  bare: readonly GraphNode[],
): Promise<readonly Diagnostic[]> {
  const names = [...new Set(bare.map(({ module, version }) => `${module}:${version}`))];
  if (names.length === 0) return [];
  const coordinates = names.map((each) => `${each},ext=pom,type=pom`);
  const poms = await coursierFetch(context, coursier, { what, coordinates, isAlone: true, types: 'pom' });
  if (!poms.ok) return [poms.failure];
  return names.flatMap((name) => {
    const [, artifact, version] = name.split(':');
    const file = `${artifact}-${version}.pom`;
    const path = poms.value.find(
      (each) => mavenModule(each.coordinate) === mavenModule(name) && posix.basename(each.path) === file,
    )?.path;
    const kind = path === undefined ? 'unknown' : packagingOf(context.host.fs.readText(path));
    return kind === 'pom' ? [] : [unsupported(name, kind)];
  });
}

function packagingOf(pom: string): string {
  const text = pom.replace(/<!--.*?-->/gs, '');
  return /<packaging>\s*([\w.-]+)\s*<\/packaging>/.exec(text)?.[1] ?? 'jar';
}

function unsupported(name: string, kind: string): Diagnostic {
  return {
    code: 'dependencies/unsupported-package',
    severity: 'error',
    message: `${name} is of the kind \`${kind}\` and has no jar or AAR`,
    hint: 'leave it out with `exclude` where a library asks for it, or name another module',
  };
}
