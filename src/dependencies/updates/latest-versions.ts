import { posix } from 'node:path';
import { type Checked, type Diagnostic, mavenModule, ok, type Result } from '../../base/index.ts';
import type { Ecosystem, PackageName } from '../../packages/index.ts';
import { type ClientContext, runClient, scratchFolder, text } from '../client.ts';
import { provideCoursier, resolveCommand } from '../coursier.ts';
import { openPythonResolver } from '../lock-python.ts';
import type { NodeFolder, Requirements } from '../model.ts';
import { runNpm } from '../npm.ts';
import { parseRequirement } from '../requirement-lines.ts';

/** The newest version that an index offers, whatever is asked for: by ecosystem and name, as `npm react`. */
export type LatestVersions = ReadonlyMap<string, string>;

export function latestKey(ecosystem: Ecosystem, name: string): string {
  return `${ecosystem} ${name}`;
}

export interface LatestOptions {
  readonly root: string;
  readonly requirements: Requirements;
  /** What it does not ask for itself, and is wanted too. */
  readonly brought?: readonly PackageName[];
}

/** Of what the workspace asks for itself, of Python, Node and Maven; a client that cannot tell is a diagnostic. */
export async function latestVersions(
  context: ClientContext,
  { root, requirements, brought = [] }: LatestOptions,
): Promise<Checked<LatestVersions>> {
  const found = new Map<string, string>();
  const diagnostics: Diagnostic[] = [];
  const take = (ecosystem: Ecosystem, answer: Result<ReadonlyMap<string, string>, Diagnostic>): void => {
    if (!answer.ok) diagnostics.push({ ...answer.failure, severity: 'warning' });
    else for (const [name, version] of answer.value) found.set(latestKey(ecosystem, name), version);
  };
  const { targets, nodeFolders } = requirements;
  const broughtOf = (ecosystem: Ecosystem): string[] =>
    brought.filter((each) => each.ecosystem === ecosystem).map(({ name }) => name);
  const python = [
    ...targets.flatMap((target) =>
      target.python.requirements.flatMap(({ value }) => parseRequirement(value)?.name ?? []),
    ),
    ...broughtOf('PyPI'),
  ];
  if (python.length > 0) take('PyPI', await latestPython(context, [...new Set(python)]));
  for (const folder of nodeFolders) take('npm', await latestNode(context, root, folder));
  for (const name of nodeFolders[0] ? broughtOf('npm') : [])
    take('npm', await latestTagged(context, { root, folder: nodeFolders[0]!, name }));
  const maven = [
    ...targets.flatMap((target) => target.maven.map(({ coordinate }) => mavenModule(coordinate.value))),
    ...broughtOf('Maven'),
  ];
  if (maven.length > 0) take('Maven', await latestMaven(context, [...new Set(maven)]));
  return { value: found, diagnostics };
}

async function latestPython(
  context: ClientContext,
  names: readonly string[],
): Promise<Result<ReadonlyMap<string, string>, Diagnostic>> {
  const resolver = await openPythonResolver(context);
  return resolver.ok ? resolver.value.newest(names) : resolver;
}

/** `npm outdated` names every package of a folder in which nothing is installed. */
async function latestNode(
  context: ClientContext,
  root: string,
  { folder, manifest }: NodeFolder,
): Promise<Result<ReadonlyMap<string, string>, Diagnostic>> {
  using scratch = nodeScratch(context, posix.join(root, folder));
  context.host.fs.writeFile(posix.join(scratch.path, 'package.json'), manifest.text);
  const call = {
    what: `the npm packages of ${folder}`,
    args: ['outdated', '--json'],
    cwd: scratch.path,
    acceptedCodes: [0, 1],
  };
  const said = await runNpm(context, call);
  if (!said.ok) return said;
  const latest = new Map<string, string>();
  for (const [name, entry] of Object.entries(objectIn(said.value)))
    for (const each of [entry].flat())
      if (typeof each === 'object' && each !== null && 'latest' in each && typeof each.latest === 'string')
        latest.set(name, each.latest);
  return ok(latest);
}

/** What the index calls the latest; a package that a folder does not ask for, npm does not compare. */
async function latestTagged(
  context: ClientContext,
  { root, folder, name }: { readonly root: string; readonly folder: NodeFolder; readonly name: string },
): Promise<Result<ReadonlyMap<string, string>, Diagnostic>> {
  using scratch = nodeScratch(context, posix.join(root, folder.folder));
  const args = ['view', name, 'dist-tags.latest', '--json'];
  const said = await runNpm(context, { what: name, args, cwd: scratch.path });
  if (!said.ok) return said;
  const [, version] = /^\s*"(\d[\w.+-]*)"\s*$/.exec(said.value) ?? [];
  return ok(new Map(version === undefined ? [] : [[name, version]]));
}

/** An empty folder with npm's settings of one of the workspace. */
function nodeScratch(context: ClientContext, folder: string): ReturnType<typeof scratchFolder> {
  const { fs } = context.host;
  const scratch = scratchFolder(context);
  const npmrc = fs.readTextIfExists(posix.join(folder, '.npmrc'));
  if (npmrc !== undefined) fs.writeFile(posix.join(scratch.path, '.npmrc'), npmrc, 0o600);
  return scratch;
}

function objectIn(json: string): object {
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === 'object' && value !== null ? value : {};
  } catch {
    return {};
  }
}

async function latestMaven(
  context: ClientContext,
  modules: readonly string[],
): Promise<Result<ReadonlyMap<string, string>, Diagnostic>> {
  const coursier = await provideCoursier(context);
  if (!coursier.ok) return coursier;
  using scratch = scratchFolder(context);
  const asked = modules.flatMap((module) => ['--intransitive', `${module}:latest.release`]);
  const argv = resolveCommand(context, coursier.value, asked);
  const what = 'the newest versions of libraries';
  const done = await runClient(context, { client: 'coursier', what, argv, cwd: scratch.path });
  if (!done.ok) return done;
  const lines = text(done.value.stdout)
    .split('\n')
    .map((line) => line.trim().split(':'));
  return ok(
    new Map(
      lines.flatMap(([group, artifact, version]) =>
        version === undefined || PRERELEASE.test(version) ? [] : [[`${group}:${artifact}`, version] as const],
      ),
    ),
  );
}

/** What repositories call a release may be one of these; then the newest release is not known. */
const PRERELEASE = /[.-](alpha|beta|milestone|m|rc|cr|dev|eap|snapshot)\b|[.-](alpha|beta|m|rc|cr)[.-]?\d/i;
