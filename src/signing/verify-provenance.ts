import { type Diagnostic, digestOf, fail, ok, type Result } from '../base/index.ts';
import { problem } from './problem.ts';
import { keyIdOf } from './sigstore/sigstore-signer.ts';
import { verifyAttestation } from './sigstore/verify-bundle.ts';
import { type ReadProvenance, readProvenance, slsaLevel } from './statements/provenance.ts';
import { parseStatement, subjectsOf } from './statements/statement.ts';
import type { Trust } from './trust.ts';
import type { Expectation, GoodSignature, VerifiedProvenance } from './verified-provenance.ts';
import { verifyFile } from './verify-files.ts';
import type { SigningWorld } from './world.ts';

const MAX_STATEMENT_BYTES = 2 ** 24;

export interface ProvenanceRequest {
  /** A bundle with the statement in it, or the statement with a signature beside it; absolute. */
  readonly path: string;
  readonly expected: Expectation;
  readonly signal: AbortSignal;
}

/** Checks who signed a provenance and whether it says what is expected; what it is about is `provenanceOf`. */
export async function verifyProvenance(
  world: Pick<SigningWorld, 'fs'>,
  trust: Trust,
  { path, expected, signal }: ProvenanceRequest,
): Promise<Result<VerifiedProvenance, readonly Diagnostic[]>> {
  const signed = path.endsWith('.sigstore.json')
    ? inBundle(world, trust, path)
    : await besideIt(world, trust, { path, signal });
  if (!signed.ok) return signed;
  return readSigned(signed.value, path, expected);
}

/** Reads a provenance whose signatures were checked, and whether it says what is expected. */
export function readSigned(
  { text, signatures }: SignedText,
  path: string,
  expected: Expectation,
): Result<VerifiedProvenance, readonly Diagnostic[]> {
  const statement = parseStatement(text);
  const read = statement && readProvenance(statement);
  if (!statement || !read) {
    const hint = 'a statement of in-toto with the predicate https://slsa.dev/provenance/v1';
    return fail([problem('signing/no-provenance', 'this is no provenance of SLSA v1', { path, hint })]);
  }
  const wrong = unexpected(read, expected).map((each) => ({ ...each, path }));
  if (wrong.length > 0) return fail(wrong);
  const sha256 = digestOf(text).hash;
  return ok({ path, signatures, statement, sha256, provenance: read, ...slsaLevel(read, expected.builder) });
}

export interface SignedText {
  readonly text: string;
  readonly signatures: readonly GoodSignature[];
}

function inBundle(
  { fs }: Pick<SigningWorld, 'fs'>,
  { keys }: Trust,
  path: string,
): Result<SignedText, readonly Diagnostic[]> {
  if (keys.length === 0) {
    const hint = 'name the public key that you expect: --key FILE';
    return fail([problem('signing/no-pin', 'not checked: no key for the bundle was named', { path, hint })]);
  }
  const verified = verifyAttestation({ fs, keys }, path);
  if (!verified.ok) return fail([verified.failure]);
  const { key, text } = verified.value;
  return ok({ text, signatures: [{ format: 'sigstore', keyId: keyIdOf(key) }] });
}

async function besideIt(
  world: Pick<SigningWorld, 'fs'>,
  trust: Trust,
  request: { readonly path: string; readonly signal: AbortSignal },
): Promise<Result<SignedText, readonly Diagnostic[]>> {
  const { path } = request;
  const stat = world.fs.lstat(path);
  if (stat?.type !== 'file' || stat.sizeBytes > MAX_STATEMENT_BYTES)
    return fail([
      problem('signing/no-file', 'this provenance is not there, or too large to be one', { path }),
    ]);
  const { problems, signatures } = await verifyFile(world, trust, request);
  return problems.length > 0 ? fail(problems) : ok({ text: world.fs.readText(path), signatures });
}

const LEAST_COMMIT_DIGITS = 12;

function unexpected(read: ReadProvenance, { builder, source }: Expectation): readonly Diagnostic[] {
  const wrong: Diagnostic[] = [];
  if (builder !== undefined && builder !== read.builder)
    wrong.push(problem('signing/other-builder', `built by ${read.builder}, not by ${builder}`));
  if (source === undefined) return wrong;
  const isCommit = /^[0-9a-f]+$/.test(source) && source.length >= LEAST_COMMIT_DIGITS;
  const isThere = isCommit
    ? read.commits.some((commit) => commit.startsWith(source))
    : read.uris.some((uri) => withoutGit(uri) === withoutGit(source));
  if (isThere) return wrong;
  const said = [...read.uris.slice(0, 1), ...read.commits].join(' ') || 'nothing';
  return [...wrong, problem('signing/other-source', `built from ${said}, not from ${source}`)];
}

/** `git+https://host/team/app.git@refs/heads/main` and `https://host/team/app` are one repository. */
function withoutGit(uri: string): string {
  return uri
    .replace(/^git\+/, '')
    .replace(/@refs\/.*$/, '')
    .replace(/\.git$/, '');
}

/** What stands against a file, whose SHA-256 is `digest`, being one of the subjects, or the statement itself; nothing where it is. */
export function provenanceOf(
  { statement, sha256 }: VerifiedProvenance,
  path: string,
  digest: string,
): Diagnostic | undefined {
  if (digest === sha256 || subjectsOf(statement, digest).length > 0) return undefined;
  const name = path.slice(path.lastIndexOf('/') + 1);
  const isNamed = statement.subjects.some((subject) => subject.name === name);
  const message = isNamed
    ? 'the provenance is about another file of this name'
    : 'the provenance is not about this file';
  return problem('signing/not-a-subject', message, { path, hint: 'do not take it for what was built there' });
}
