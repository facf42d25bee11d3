import type { Diagnostic } from '../base/index.ts';
import { digestOfFile } from '../host/index.ts';
import { problem } from './problem.ts';
import type { FoundFiles } from './signable-files.ts';
import { SIGNATURE_SUFFIX } from './signer.ts';
import { readBundle } from './sigstore/verify-bundle.ts';
import type { Trust } from './trust.ts';
import type { Expectation, VerifiedProvenance } from './verified-provenance.ts';
import { type FileVerdict, verifyFile } from './verify-files.ts';
import { type SignedImage, signedImage } from './verify-image.ts';
import { provenanceOf, verifyProvenance } from './verify-provenance.ts';
import type { SigningWorld } from './world.ts';

export interface VerifyRequest extends FoundFiles {
  /** A provenance that every file has to be a subject of, absolute. */
  readonly provenance?: string | undefined;
  readonly expected: Expectation;
  readonly signal: AbortSignal;
}

export interface Verdicts {
  readonly files: readonly FileVerdict[];
  readonly provenances: readonly VerifiedProvenance[];
  /** Signatures of images, which are elsewhere. */
  readonly images: readonly SignedImage[];
  /** Of all files and statements. */
  readonly problems: readonly Diagnostic[];
}

/**
 * Checks the signatures of files, and the provenances that are named or that lie among them. A file that a proved provenance
 * is about is proved by it. Where something is expected of a provenance, a file without one is not proved.
 */
export async function verifyAll(
  world: Pick<SigningWorld, 'fs'>,
  trust: Trust,
  request: VerifyRequest,
): Promise<Verdicts> {
  const { files, signatures, provenance, expected, signal } = request;
  const there = new Set(files);
  const alone = signatures.filter((path) => !there.has(signedBy(path)));
  const lost = alone.filter((path) => !isAttestation(world, path));
  const statements = [
    ...alone.filter((path) => !lost.includes(path)),
    ...(provenance === undefined ? [] : [provenance]),
  ];
  const provenances: VerifiedProvenance[] = [];
  const images: SignedImage[] = [];
  const problems: Diagnostic[] = lost.map(lostFile);
  for (const path of statements) {
    const image = path === provenance ? undefined : signedImage(world, trust, path);
    if (image?.ok) images.push(image.value);
    else if (image) problems.push(image.failure);
    if (image) continue;
    const verified = await verifyProvenance(world, trust, { path, expected, signal });
    if (verified.ok) provenances.push(verified.value);
    else problems.push(...verified.failure);
  }
  const verdicts: FileVerdict[] = [];
  for (const path of files) {
    const verdict = await verifyFile(world, trust, { path, signal });
    verdicts.push(
      path === provenance ? verdict : withProvenance(world, verdict, { ...request, provenances }),
    );
  }
  problems.push(...verdicts.flatMap((each) => each.problems));
  return { files: verdicts, provenances, images, problems };
}

function signedBy(path: string): string {
  const suffix = Object.values(SIGNATURE_SUFFIX).find((each) => path.endsWith(each)) ?? '';
  return path.slice(0, path.length - suffix.length);
}

function isAttestation({ fs }: Pick<SigningWorld, 'fs'>, path: string): boolean {
  if (!path.endsWith(SIGNATURE_SUFFIX.sigstore)) return false;
  const bundle = readBundle(fs, path);
  return bundle.ok && bundle.value.content.kind === 'envelope';
}

function lostFile(path: string): Diagnostic {
  const hint = 'fetch it again, or remove its signature';
  return problem('signing/lost-file', 'the file that it signs is not there', { path, hint });
}

interface ProvenanceRequest extends VerifyRequest {
  readonly provenances: readonly VerifiedProvenance[];
}

/** Nothing is wrong with the file; its own signatures only do not prove it. */
const UNPROVED: readonly string[] = ['signing/unsigned', 'signing/no-pin'];

function withProvenance(
  world: Pick<SigningWorld, 'fs'>,
  verdict: FileVerdict,
  { provenance, expected, provenances }: ProvenanceRequest,
): FileVerdict {
  const { path } = verdict;
  const digest = provenances.length > 0 ? digestOfFile(world.fs, path).hash : '';
  const against = provenances.map((each) => ({ each, wrong: provenanceOf(each, path, digest) }));
  const found = against.find(({ wrong }) => wrong === undefined)?.each;
  if (found) {
    const isOpen = verdict.problems.every(({ code }) => UNPROVED.includes(code));
    const own = new Set(verdict.signatures.map(({ keyId }) => keyId));
    const signatures = [...verdict.signatures, ...found.signatures.filter(({ keyId }) => !own.has(keyId))];
    return { ...verdict, ...(isOpen ? { problems: [], signatures } : {}), provenance: found };
  }
  const isExpected =
    provenance !== undefined || expected.builder !== undefined || expected.source !== undefined;
  if (!isExpected) return verdict;
  const wrong = against[0]?.wrong ?? noProvenance(path);
  return {
    ...verdict,
    problems: [...verdict.problems.filter(({ code }) => !UNPROVED.includes(code)), wrong],
  };
}

function noProvenance(path: string): Diagnostic {
  const message = 'nothing says where the file was built';
  return problem('signing/no-provenance', message, { path, hint: 'name its provenance: --provenance FILE' });
}
