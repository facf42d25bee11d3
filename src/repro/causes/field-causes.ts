import type { Cause, Found } from '../model.ts';
import type { CauseContext } from './context.ts';
import { numberCause } from './number-cause.ts';
import { quoted, textCauses } from './text-causes.ts';
import { isOfBuild, timesIn } from './times.ts';

type FoundField = Extract<Found, { kind: 'field' }>;

/** Why a field of a member, or of a document, differs; never empty. */
export function fieldCauses({ field, a, b }: FoundField, context: CauseContext): Cause[] {
  if (a === undefined || b === undefined)
    return [
      {
        kind: 'unknown',
        text: `only the ${a === undefined ? 'second' : 'first'} build has it: ${quoted(a ?? b!)}`,
      },
    ];
  const known = (TIME_FIELD.test(field) ? timeCause : KNOWN.get(field))?.(a, b, context);
  if (known) return [known];
  const number = numberCause(a, b, context);
  return number ? [number] : textCauses(a, b, context);
}

const TIME_FIELD = /\b(?:m?time)\b/;

type FieldCause = (a: string, b: string, context: CauseContext) => Cause | undefined;

function timeCause(a: string, b: string, { sides }: CauseContext): Cause | undefined {
  const [one, two] = [timesIn(a)[0], timesIn(b)[0]];
  if (!one || !two || !isOfBuild(one, sides.a) || !isOfBuild(two, sides.b)) return undefined;
  return { kind: 'time', text: 'the time of the build' };
}

function modeCause(a: string, b: string, { sides }: CauseContext): Cause | undefined {
  const [one, two] = [Number.parseInt(a, 8), Number.parseInt(b, 8)];
  const strict = sides.a.umask | sides.b.umask;
  if ((one & ~strict) !== (two & ~strict)) return undefined;
  const [masked, other] = [(one & sides.a.umask) === 0, (two & sides.b.umask) === 0];
  return masked && other
    ? { kind: 'umask', text: 'rights as the umask of each build leaves them' }
    : undefined;
}

function always(kind: Cause['kind'], what: string): FieldCause {
  return () => ({ kind, text: what });
}

const owner = always('user', 'the owner of the files that were packed');
const KNOWN: ReadonlyMap<string, FieldCause> = new Map<string, FieldCause>([
  ['mode', modeCause],
  ...['uid', 'gid', 'user name', 'group name', 'owner'].map((name) => [name, owner] as const),
  ['signing block', () => ({ kind: 'signature', text: 'the signatures of Android schemes 2 and 3' })],
  ['gzip level', always('packing', 'how well it was compressed')],
  ['gzip system', always('packing', 'the system that compressed it')],
  ['size', always('follows', 'its content differs')],
]);
