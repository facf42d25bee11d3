import type { Cause, Found } from '../model.ts';
import type { CauseContext } from './context.ts';
import { numberCause } from './number-cause.ts';
import { quoted, textCauses } from './text-causes.ts';
import { isOfBuild, timesIn } from './times.ts';

type FoundField = Extract<Found, { kind: 'field' }>;

/** Why a field of a member, or of a document, differs; never empty. */
export function fieldCauses({ field, a, b }: FoundField, context: CauseContext): Cause[] {
  if (a === undefined || b === undefined) {
    const kind = PACKERS.test(field) ? 'packing' : 'unknown';
    return [
      { kind, text: `only the ${a === undefined ? 'second' : 'first'} build has it: ${quoted(a ?? b!)}` },
    ];
  }
  const known = (TIME_FIELD.test(field) ? timeCause : KNOWN.get(field))?.(a, b, context);
  if (known) return [known];
  const number = numberCause(a, b, context);
  return number ? [number] : textCauses(a, b, context);
}

/** What some programs that pack write down, and others do not. */
const PACKERS = /^(?:unix (?:access |change )?time|owner|aligned to|extra [0-9a-f]+)(?: in the header)?$/;
const TIME_FIELD = /\b(?:m?time)\b/;

type FieldCause = (a: string, b: string, context: CauseContext) => Cause | undefined;

function timeCause(a: string, b: string, { sides }: CauseContext): Cause | undefined {
  if (sides.areUnwatched) return { kind: 'time', text: 'the time that is written down with it' };
  const [one, two] = [timesIn(a)[0], timesIn(b)[0]];
  if (!one || !two || !isOfBuild(one, sides.a) || !isOfBuild(two, sides.b)) return undefined;
  return { kind: 'time', text: 'the time of the build' };
}

function modeCause(a: string, b: string, { sides }: CauseContext): Cause | undefined {
  const [one, two] = [Number.parseInt(a, 8), Number.parseInt(b, 8)];
  if (sides.areUnwatched) return maskedCause(one, two);
  const strict = sides.a.umask | sides.b.umask;
  if ((one & ~strict) !== (two & ~strict)) return undefined;
  const [masked, other] = [(one & sides.a.umask) === 0, (two & sides.b.umask) === 0];
  return masked && other
    ? { kind: 'umask', text: 'rights as the umask of each build leaves them' }
    : undefined;
}

/** Rights that two masks may have left of the same ones: the owner's are equal, and one side has no more than the other. */
function maskedCause(one: number, two: number): Cause | undefined {
  const isSubset = (one & two) === one || (one & two) === two;
  if ((one & ~0o77) !== (two & ~0o77) || !isSubset) return undefined;
  return { kind: 'umask', text: 'rights of the group and of others, as umasks leave them' };
}

function always(kind: Cause['kind'], what: string): FieldCause {
  return () => ({ kind, text: what });
}

function methodCause(a: string, b: string): Cause | undefined {
  const STORED = '0';
  if (a !== STORED && b !== STORED) return undefined;
  return { kind: 'compression level', text: 'compressed in one build, stored in the other' };
}

/** Two bits of a zip say how hard the compressor tried. */
function flagsCause(a: string, b: string): Cause {
  const EFFORT = 0b110;
  const isEffort = ((Number.parseInt(a, 2) ^ Number.parseInt(b, 2)) & ~EFFORT) === 0;
  return isEffort
    ? { kind: 'compression level', text: 'how hard the compressor says it tried' }
    : { kind: 'packing', text: 'the program that packed it' };
}

const owner = always('user', 'the owner of the files that were packed');
const KNOWN: ReadonlyMap<string, FieldCause> = new Map<string, FieldCause>([
  ['mode', modeCause],
  ...['uid', 'gid', 'user name', 'group name', 'owner'].map((name) => [name, owner] as const),
  ['method', methodCause],
  ['flags', flagsCause],
  ['made by', always('packing', 'the program that packed it')],
  ['version needed', always('packing', 'the program that packed it')],
  ['profile index', always('follows', 'where it stands in the file')],
  ['gzip level', always('packing', 'how well it was compressed')],
  ['gzip system', always('packing', 'the system that compressed it')],
  ['size', always('follows', 'its content differs')],
]);
