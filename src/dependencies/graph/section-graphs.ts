import { mavenModule } from '../../base/index.ts';
import { type Ecosystem, type PackageHash, packagePurl, type Scope } from '../../packages/index.ts';
import { isOfTestsAlone } from '../classpaths.ts';
import { LOCK_FILE } from '../lockfile.ts';
import type {
  Licensed,
  LockedMaven,
  LockedNode,
  LockedPackageRoot,
  LockedPython,
  LockedTool,
  Lockfile,
  Wanting,
} from '../model.ts';
import { debPurl, ecosystemOf } from './deb-purl.ts';
import type { GraphBuilder } from './graph-builder.ts';

interface Item extends Wanting, Licensed {
  readonly name: string;
  readonly version: string;
  readonly hashes: readonly PackageHash[];
  readonly scope: Scope;
}

interface Section {
  readonly label: string;
  readonly ecosystem: Ecosystem;
  readonly items: readonly Item[];
}

/** Adds the packages of a section and, where it tells them, its edges. Gives the purls of all where they are not known of all. */
function addSection(builder: GraphBuilder, { label, ecosystem, items }: Section): readonly string[] {
  builder.root(label);
  const purls = new Map<string, string[]>();
  const named = items.map((item) => {
    const { name, version, scope, hashes, licence } = item;
    const purl = packagePurl({ ecosystem, name, version });
    purls.set(name, [...(purls.get(name) ?? []), purl]);
    builder.add({ ecosystem, name, version, purl, scope, hashes, place: LOCK_FILE, licence });
    return { purl, item };
  });
  for (const { purl, item } of named) {
    if (item.isAsked) builder.root(label, purl);
    for (const name of item.wants ?? [])
      for (const wanted of purls.get(name) ?? []) builder.edge(purl, wanted);
  }
  return items.every(({ wants }) => wants !== undefined) ? [] : named.map(({ purl }) => purl);
}

export function addPython(
  builder: GraphBuilder,
  lock: Lockfile,
  label: string,
  section: LockedPython,
): readonly string[] {
  const run = pythonItems(lock, section.run, 'run');
  return addSection(builder, {
    label,
    ecosystem: 'PyPI',
    items: [...run, ...pythonItems(lock, section.dev, 'development')],
  });
}

/** All wheels of a version: which of them is taken is a machine's choice. */
function pythonItems(lock: Lockfile, packages: LockedPython['run'], scope: Scope): Item[] {
  return packages.map((each) => {
    const wheels = Object.values(lock.wheels[`${each.name}==${each.version}`] ?? {});
    const hashes = wheels.map((wheel) => sha256(wheel.slice(0, 64)));
    return { ...each, hashes, scope };
  });
}

export function addMaven(builder: GraphBuilder, label: string, { files }: LockedMaven): readonly string[] {
  const items = files.map((file): Item => {
    return { ...file, hashes: [sha256(file.sha256)], scope: isOfTestsAlone(file) ? 'development' : 'run' };
  });
  return addSection(builder, { label, ecosystem: 'Maven', items });
}

const TOOL_ECOSYSTEMS = { python: 'PyPI', node: 'npm', maven: 'Maven' } as const;

export function addTool(
  builder: GraphBuilder,
  lock: Lockfile,
  name: string,
  tool: LockedTool,
): readonly string[] {
  const files = tool.files.map(
    (file): Item => ({
      ...file,
      name: tool.ecosystem === 'maven' ? mavenModule(file.name) : file.name,
      hashes: file.sha256 === undefined ? [] : [sha256(file.sha256)],
      scope: 'tool',
      ...(tool.ecosystem === 'node' ? { wants: [], isAsked: true as const } : {}),
    }),
  );
  const items = [...files, ...pythonItems(lock, tool.packages ?? [], 'tool')];
  return addSection(builder, { label: `tool:${name}`, ecosystem: TOOL_ECOSYSTEMS[tool.ecosystem], items });
}

/** npm's packages by `mobileops.lock` alone, which does not tell their edges. */
export function addLockedNode(
  builder: GraphBuilder,
  label: string,
  { packages }: LockedNode,
): readonly string[] {
  const items = packages.map(
    (each): Item => ({
      name: each.name,
      version: each.version,
      hashes: each.sha256 === undefined ? [] : [sha256(each.sha256)],
      scope: each.isDevelopment ? 'development' : 'run',
    }),
  );
  return addSection(builder, { label, ecosystem: 'npm', items });
}

/** The packages of an image: those that it names are its own wish. Gives the purls of all where an older lock does not tell their edges. */
export function addPackageRoot(
  builder: GraphBuilder,
  label: string,
  root: LockedPackageRoot,
): readonly string[] {
  const ecosystem = ecosystemOf(root);
  const asked = new Set(root.packages.map((each) => each.split('=', 1)[0]));
  builder.root(label);
  const purls = new Map<string, string>();
  for (const locked of root.locked) {
    const { name, version, sha256: hex } = locked;
    const purl = debPurl(root, locked);
    purls.set(name, purl);
    builder.add({ ecosystem, name, version, purl, scope: 'run', hashes: [sha256(hex)], place: LOCK_FILE });
    if (asked.has(name)) builder.root(label, purl);
  }
  for (const { name, wants = [] } of root.locked)
    for (const wanted of wants.flatMap((each) => purls.get(each) ?? []))
      builder.edge(purls.get(name)!, wanted);
  return root.locked.every(({ wants }) => wants !== undefined) ? [] : [...purls.values()];
}

function sha256(hex: string): PackageHash {
  return { algorithm: 'sha256', hex };
}
