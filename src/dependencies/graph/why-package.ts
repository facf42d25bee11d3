import {
  formatPackageUrl,
  normalizeName,
  type Package,
  type PackageGraph,
  packageOfPurl,
  packagePurl,
  parsePackageUrl,
} from '../../packages/index.ts';
import type { Ask } from './asks.ts';
import type { NotKnown, WorkspacePackages } from './package-graph.ts';

/** Why a package is there. */
export interface WhyPackage {
  readonly package: Package;
  /** For each root that reaches it the shortest way, as purls: who is asked for first, the package last. */
  readonly chains: readonly WhyChain[];
  /** Purls of all packages that want it. */
  readonly wantedBy: readonly string[];
  /** Roots that it is there for by a way that is not known. */
  readonly unclear: readonly NotKnown[];
}

export interface WhyChain {
  readonly root: string;
  readonly path: readonly string[];
  /** Where the first of the path is asked for or held, as far as a file says it. */
  readonly asks: readonly Ask[];
}

/** `react`, `react@18.2.0`, `numpy==2.0`, `group:artifact:1.0` or a purl: every version and ecosystem that it fits. */
export function packagesNamed(graph: PackageGraph, text: string): readonly Package[] {
  const url = parsePackageUrl(text);
  const named = url && packageOfPurl(url);
  return graph.packages.filter((each) => {
    const { purl, ecosystem, name, version } = each;
    if (purl === text) return true;
    if (url?.version !== undefined)
      return named?.ecosystem === ecosystem && named.name === name && named.version === version;
    return (
      hasName(each, text) ||
      [`${name}@${version}`, `${name}==${version}`, `${name}:${version}`].includes(text)
    );
  });
}

/** Whether the text is the name of the package and tells no version: `react`, `group:artifact`, `artifact`, `pkg:npm/react`. */
export function hasName({ ecosystem, name }: Package, text: string): boolean {
  const url = parsePackageUrl(text);
  if (url) return formatPackageUrl(url) === packagePurl({ ecosystem, name, version: '' });
  if (normalizeName(ecosystem, text) === normalizeName(ecosystem, name)) return true;
  return ecosystem === 'Maven' && name.endsWith(`:${text}`);
}

export function whyPackage(graph: WorkspacePackages, asks: readonly Ask[], wanted: Package): WhyPackage {
  const askers = new Map<string, string[]>();
  for (const { from, to } of graph.edges) {
    const known = askers.get(to);
    if (known) known.push(from);
    else askers.set(to, [from]);
  }
  const next = waysTo(wanted.purl, askers);
  const byPurl = new Map(graph.packages.map((each) => [each.purl, each]));
  const chains = graph.roots
    .filter(({ label }) => next.has(label))
    .map(({ label }): WhyChain => {
      const path = pathFrom(next.get(label)!, wanted.purl, next);
      const first = byPurl.get(path[0]!);
      return { root: label, path, asks: first ? asks.filter((ask) => isOf(ask, label, first)) : [] };
    });
  const wantedBy = (askers.get(wanted.purl) ?? []).filter((from) => byPurl.has(from));
  const reached = new Set(chains.map(({ root }) => root));
  const unclear = graph.notKnown.filter(
    ({ subject, packages }) => packages.includes(wanted.purl) && !reached.has(subject),
  );
  return { package: wanted, chains, wantedBy, unclear };
}

/** From the package upwards, level by level: what leads from each that reaches it one step nearer. */
function waysTo(purl: string, askers: ReadonlyMap<string, readonly string[]>): ReadonlyMap<string, string> {
  const next = new Map<string, string>();
  const queue = [purl];
  for (let at = 0; at < queue.length; at++) {
    for (const asker of askers.get(queue[at]!) ?? []) {
      if (next.has(asker) || asker === purl) continue;
      next.set(asker, queue[at]!);
      queue.push(asker);
    }
  }
  return next;
}

function pathFrom(first: string, last: string, next: ReadonlyMap<string, string>): string[] {
  const path = [first];
  while (path.at(-1) !== last) path.push(next.get(path.at(-1)!)!);
  return path;
}

/** The label of an image for another platform begins with that of the image. */
function isOf(ask: Ask, root: string, { ecosystem, name }: Package): boolean {
  return (
    (ask.label === root || root.startsWith(`${ask.label} `)) &&
    ask.ecosystem === ecosystem &&
    ask.name === normalizeName(ecosystem, name)
  );
}
