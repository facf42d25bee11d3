import { posix } from 'node:path';
import { type Checked, type Diagnostic, type Digest, mavenModule } from '../base/index.ts';
import { batches } from './bounded.ts';
import type { ClientContext } from './client.ts';
import { coursierFetch, provideCoursier } from './coursier.ts';
import type { Licensed, LockedFileEntry, Wanting } from './model.ts';
import { readPomLicence } from './read-pom-licence.ts';

export interface MavenQuestion {
  readonly what: string;
  readonly coordinates: readonly string[];
  /** Without what they ask for in turn. */
  readonly isAlone: boolean;
}

export type LockedMavenFile = LockedFileEntry & Wanting & Licensed;

/** Resolves coordinates to jars and fetches them, so that their hashes are known. */
export async function lockMaven(
  context: ClientContext,
  question: MavenQuestion,
): Promise<Checked<readonly LockedMavenFile[] | undefined>> {
  const malformed = question.coordinates.filter((each) => !isCoordinate(each));
  if (malformed.length > 0) return { value: undefined, diagnostics: malformed.map(badCoordinate) };
  const coursier = await provideCoursier(context);
  if (!coursier.ok) return { value: undefined, diagnostics: [coursier.failure] };
  const fetched = await coursierFetch(context, coursier.value, question);
  if (!fetched.ok) return { value: undefined, diagnostics: [fetched.failure] };
  const diagnostics: Diagnostic[] = [];
  const files: LockedMavenFile[] = [];
  const asked = new Set(question.coordinates);
  for (const { coordinate, path, wants } of fetched.value) {
    const [group, artifact, version, ...more] = coordinate.split(':');
    if (version === undefined || more.length > 0) diagnostics.push(badCoordinate(coordinate));
    else {
      const { hash, sizeBytes } = context.cas.putFile(path);
      const name = `${group}:${artifact}`;
      const isAsked = asked.has(coordinate) ? { isAsked: true as const } : {};
      const licence = readPomLicence(context.host.fs, { path, module: name, version });
      const why = { wants: [...wants].sort(), ...isAsked, ...licence };
      files.push({ name, version, file: posix.basename(path), sha256: hash, sizeBytes, ...why });
    }
  }
  if (diagnostics.length > 0) return { value: undefined, diagnostics };
  return { value: files.sort((a, b) => (a.name < b.name ? -1 : 1)), diagnostics: [] };
}

const BATCH = 40;

interface Jar {
  readonly name: string;
  readonly version: string;
  readonly file: string;
  readonly sha256: string;
}

/** Fetches jars and AARs by coordinate into the store; coursier itself works in parallel. */
export async function fetchMaven<File extends Jar>(
  context: ClientContext,
  files: readonly File[],
  onFetched: (file: File, digest: Digest) => void,
): Promise<readonly Diagnostic[]> {
  if (files.length === 0) return [];
  const coursier = await provideCoursier(context);
  if (!coursier.ok) return [coursier.failure];
  const diagnostics: Diagnostic[] = [];
  for (const batch of rounds(files).flatMap((round) => batches(round, BATCH))) {
    const coordinates = batch.map(({ name, version }) => `${name}:${version}`);
    const what = batch.length === 1 ? coordinates[0]! : `${coordinates[0]} and ${batch.length - 1} more`;
    const fetched = await coursierFetch(context, coursier.value, { what, coordinates, isAlone: true });
    if (!fetched.ok) {
      diagnostics.push(fetched.failure);
      continue;
    }
    const paths = new Map(
      fetched.value.map(({ coordinate, path }) => [
        `${mavenModule(coordinate)}/${posix.basename(path)}`,
        path,
      ]),
    );
    for (const file of batch) {
      const path = paths.get(`${file.name}/${file.file}`);
      const digest = path === undefined ? undefined : context.cas.putFile(path);
      if (digest?.hash === file.sha256) onFetched(file, digest);
      else {
        if (path !== undefined) context.host.fs.remove(path);
        diagnostics.push(wrongContent(file));
      }
    }
  }
  return diagnostics;
}

/** coursier unites versions of one artifact, so a call takes one of each. */
function rounds<File extends Jar>(files: readonly File[]): File[][] {
  const all: File[][] = [];
  for (const file of files) {
    const round = all.find((each) => each.every(({ name }) => name !== file.name));
    if (round) round.push(file);
    else all.push([file]);
  }
  return all;
}

/** Ends up in an argument list, so nothing that reads as an option. */
function isCoordinate(text: string): boolean {
  return /^[A-Za-z0-9_.][\w.-]*:[A-Za-z0-9_.][\w.-]*:[A-Za-z0-9_.][\w.+-]*$/.test(text);
}

function badCoordinate(coordinate: string): Diagnostic {
  return {
    code: 'dependencies/unsupported-package',
    severity: 'error',
    message: `'${coordinate}' is not taken: only \`group:artifact:version\` without classifier is`,
    hint: 'name a jar by group, artifact and exact version',
  };
}

function wrongContent(file: Jar): Diagnostic {
  return {
    code: 'dependencies/wrong-content',
    severity: 'error',
    message: `the Maven index gives other bytes for ${file.name}:${file.version} than the lock states`,
    hint: 'check the repository or mirror that coursier is set to; if the change is right, run `mobileops deps lock`',
    cause: 'environment',
  };
}
