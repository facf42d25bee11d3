/** The media type of an in-toto statement in an envelope. */
export const IN_TOTO_TYPE = 'application/vnd.in-toto+json';

/** A file or an image that a statement is about. */
export interface Subject {
  /** Empty where none is said. */
  readonly name: string;
  /** Lower-case hex by algorithm; `sha256` stands in each that we make. */
  readonly digest: Readonly<Record<string, string>>;
}

/** What someone says of subjects (in-toto attestation framework, Statement v1). */
export interface Statement {
  readonly predicateType: string;
  readonly subjects: readonly Subject[];
  readonly predicate: unknown;
}

const STATEMENT_TYPE = 'https://in-toto.io/Statement/v1';
/** Cosign still writes the type of the version before, of the same shape. */
const STATEMENT_TYPES = [STATEMENT_TYPE, 'https://in-toto.io/Statement/v0.1'];
const MAX_SUBJECTS = 100_000;

/** As JSON, subjects by name. */
export function statementText({ predicateType, subjects, predicate }: Statement): string {
  const subject = subjects
    .toSorted((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0))
    .map(({ name, digest }) => ({ name, digest }));
  return JSON.stringify({ _type: STATEMENT_TYPE, subject, predicateType, predicate });
}

/** Reads a statement; `undefined` for anything else. */
export function parseStatement(text: string): Statement | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  const { _type, subject, predicateType, predicate } = (value ?? {}) as Readonly<Record<string, unknown>>;
  if (typeof _type !== 'string' || !STATEMENT_TYPES.includes(_type)) return undefined;
  if (typeof predicateType !== 'string' || !Array.isArray(subject)) return undefined;
  if (subject.length === 0 || subject.length > MAX_SUBJECTS || !subject.every(isDescriptor)) return undefined;
  const subjects = subject.map((each) => ({ ...each, name: each.name ?? '' }));
  return { predicateType, subjects, predicate };
}

/** As the specification has a subject; the name may be left out, as cosign leaves out that of an image. */
type ResourceDescriptor = Omit<Subject, 'name'> & Partial<Pick<Subject, 'name'>>;

function isDescriptor(value: unknown): value is ResourceDescriptor {
  const { name, digest } = (value ?? {}) as Readonly<Record<string, unknown>>;
  if ((name !== undefined && typeof name !== 'string') || typeof digest !== 'object' || digest === null)
    return false;
  const digests = Object.values(digest);
  return digests.length > 0 && digests.every((each) => typeof each === 'string' && /^[0-9a-f]+$/.test(each));
}

/** The subjects that are these bytes, whatever they are called. */
export function subjectsOf({ subjects }: Statement, sha256: string): readonly Subject[] {
  return subjects.filter(({ digest }) => digest.sha256 === sha256);
}
