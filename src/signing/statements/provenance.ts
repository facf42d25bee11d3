import type { Statement, Subject } from './statement.ts';

/** SLSA's provenance, as its version 1 has it. */
export const PROVENANCE_TYPE = 'https://slsa.dev/provenance/v1';
/** How `mobileops release` builds; docs/signing.md describes its parameters. */
export const BUILD_TYPE = 'https://build.mobileops.io/release/v1';
/** A machine of whoever ran the release, of which nothing is vouched for. */
export const LOCAL_BUILDER = 'https://build.mobileops.io/builders/local/v1';

/** Something that went into the build. */
export interface Material {
  readonly uri?: string;
  readonly name?: string;
  readonly digest: Readonly<Record<string, string>>;
}

export interface ProvenanceInput {
  readonly subjects: readonly Subject[];
  /** What whoever ran the release chose. */
  readonly parameters: Readonly<Record<string, string | readonly string[]>>;
  readonly source: { readonly uri?: string; readonly commit: string };
  readonly materials: readonly Material[];
  readonly builder: { readonly id: string; readonly version: Readonly<Record<string, string>> };
  /** Of the machine, for information. */
  readonly platform: Readonly<Record<string, string>>;
  /** Times are milliseconds since 1970. */
  readonly run: { readonly id: string; readonly startedMs: number; readonly finishedMs: number };
}

/** What was built, from what, by whom and when, as SLSA's provenance v1. */
export function provenance(input: ProvenanceInput): Statement {
  const { subjects, parameters, source, materials, builder, platform, run } = input;
  const uri = source.uri === undefined ? {} : { uri: source.uri };
  const commit: Material = { ...uri, name: 'source', digest: { gitCommit: source.commit } };
  const predicate = {
    buildDefinition: {
      buildType: BUILD_TYPE,
      externalParameters: { ...parameters, source: { ...uri, commit: source.commit } },
      internalParameters: platform,
      resolvedDependencies: [commit, ...materials.toSorted(byName)],
    },
    runDetails: {
      builder: { id: builder.id, version: builder.version },
      metadata: {
        invocationId: run.id,
        startedOn: new Date(run.startedMs).toISOString(),
        finishedOn: new Date(run.finishedMs).toISOString(),
      },
    },
  };
  return { predicateType: PROVENANCE_TYPE, subjects, predicate };
}

function byName(a: Material, b: Material): number {
  const [left, right] = [a, b].map(({ name, uri }) => name ?? uri ?? '');
  return left! < right! ? -1 : left! > right! ? 1 : 0;
}

/** What a provenance says, as far as a verifier asks. */
export interface ReadProvenance {
  readonly builder: string;
  readonly buildType: string;
  /** Git commits that went in. */
  readonly commits: readonly string[];
  /** Addresses of what went in. */
  readonly uris: readonly string[];
}

/** Reads the predicate of SLSA's provenance v1; `undefined` for another one. */
export function readProvenance({ predicateType, predicate }: Statement): ReadProvenance | undefined {
  if (predicateType !== PROVENANCE_TYPE) return undefined;
  const { buildDefinition, runDetails } = fieldsOf(predicate);
  const { buildType, resolvedDependencies } = fieldsOf(buildDefinition);
  const { id } = fieldsOf(fieldsOf(runDetails).builder);
  if (typeof buildType !== 'string' || typeof id !== 'string') return undefined;
  const materials = Array.isArray(resolvedDependencies) ? resolvedDependencies.map(fieldsOf) : [];
  return {
    builder: id,
    buildType,
    commits: materials.map(({ digest }) => fieldsOf(digest).gitCommit).filter(isText),
    uris: materials.map(({ uri }) => uri).filter(isText),
  };
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

/**
 * The level of SLSA's build track that a verified provenance reaches, and why no more. A builder of one's own reaches 1, also
 * when it signs. 2 is reached when the verifier expected a hosted builder by its name and by the key that it alone has. 3 needs
 * what we cannot know: that no build could reach that key.
 */
export function slsaLevel(
  { builder }: ReadProvenance,
  expected: string | undefined,
): { level: 1 | 2; why: string } {
  if (builder === LOCAL_BUILDER) return { level: 1, why: 'the builder is a machine of whoever ran it' };
  if (expected !== builder) return { level: 1, why: 'no builder was expected by name (--builder)' };
  return { level: 2, why: 'as far as only this builder holds the key' };
}
