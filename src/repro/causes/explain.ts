import { contentDifference } from '../../inspection/index.ts';
import type { Cause, Difference, Found, Place } from '../model.ts';
import { binaryCauses } from './binary-causes.ts';
import type { CauseContext } from './context.ts';
import { curesFor } from './cures.ts';
import { fieldCauses } from './field-causes.ts';
import { marksIn } from './marks.ts';
import { merged, quoted, textCauses } from './text-causes.ts';

/** Says of a difference why it is there, as far as the two values tell, and what to do about it. */
export function explain(found: Found, context: CauseContext): Difference {
  const { place } = found;
  const told = tell(found, context);
  return { place, ...told, cures: curesFor(told.causes, place) };
}

type Told = Omit<Difference, 'place' | 'cures'>;

function tell(found: Found, context: CauseContext): Told {
  switch (found.kind) {
    case 'content':
      return tellContent(found, context);
    case 'field': {
      const { field, a, b } = found;
      const values = {
        ...(a === undefined ? {} : { a: shortened(a) }),
        ...(b === undefined ? {} : { b: shortened(b) }),
      };
      return { field, ...values, causes: fieldCauses(found, context) };
    }
    case 'only':
      return {
        field: `only in the ${ORDINAL[found.side]} build (${found.what})`,
        causes: nameCauses(found, context),
      };
    case 'order':
      return { field: 'order', causes: [{ kind: 'order', text: found.what }] };
    case 'packing':
      return {
        field: 'packing',
        causes: [
          {
            kind: 'packing',
            text: `all ${found.format === 'tar' || found.format === 'zip' ? 'members are' : 'that is inside is'} the same, packed into other bytes (${found.format})`,
          },
        ],
      };
    case 'told': {
      const { place: _, kind: __, cause, ...told } = found;
      return { ...told, causes: [cause] };
    }
    case 'unread':
      return { field: 'content', causes: [{ kind: 'unknown', text: found.why }] };
  }
}

const ORDINAL = { a: 'first', b: 'second' } as const;
const MAX_VALUE = 200;

function shortened(value: string): string {
  return value.length > MAX_VALUE ? `${value.slice(0, MAX_VALUE)}…` : value;
}

type FoundContent = Extract<Found, { kind: 'content' }>;

const SIGNATURES = /(?:^|\/)META-INF\/[^/]+\.(?:RSA|DSA|EC)$/i;
/** Of a jar or an app: digests of the sections of its manifest. */
const SIGNATURE_LIST = /(?:^|\/)META-INF\/[^/]+\.SF$/i;
const MAX_TEXT_BYTES = 16 * 2 ** 20;

function tellContent({ place, a, b }: FoundContent, context: CauseContext): Told {
  const difference = contentDifference(a, b);
  const causes = contentCauses(place, a, b, context);
  if (difference.kind === 'bytes') return { field: 'content', where: `byte ${difference.offset}`, causes };
  const { line, column } = difference;
  return {
    field: 'content',
    where: `line ${line}, column ${column}`,
    a: difference.a,
    b: difference.b,
    causes,
  };
}

function contentCauses(place: Place, a: Buffer, b: Buffer, context: CauseContext): Cause[] {
  if (SIGNATURES.test(place.at(-1) ?? ''))
    return [{ kind: 'signature', text: 'a signature over the other members' }];
  if (SIGNATURE_LIST.test(place.at(-1) ?? ''))
    return [{ kind: 'follows', text: 'digests of the manifest and its sections' }];
  const [textA, textB] = [textOf(a), textOf(b)];
  if (textA !== undefined && textB !== undefined) return withoutRepeats(textCauses(textA, textB, context));
  return withoutRepeats(binaryCauses(a, b, context));
}

/** Causes in the order in which a person would mend them: what follows from others, and what is not known, come last. */
function withoutRepeats(causes: readonly Cause[]): Cause[] {
  const rank = ({ kind }: Cause): number => (kind === 'unknown' ? 2 : kind === 'follows' ? 1 : 0);
  return merged(causes).sort((one, two) => rank(one) - rank(two));
}

function textOf(bytes: Buffer): string | undefined {
  if (bytes.length > MAX_TEXT_BYTES || bytes.includes(0)) return undefined;
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** A name that is there once may hold what another build would call differently. */
function nameCauses({ place, side }: Extract<Found, { kind: 'only' }>, context: CauseContext): Cause[] {
  const name = place.at(-1) ?? '';
  const base = name.slice(name.lastIndexOf('/') + 1);
  const { sides, consequences } = context;
  const parts = base.split(/[^A-Za-z0-9]+/);
  if (parts.some((part) => /\d/.test(part) && consequences.hasStart(side, part)))
    return [{ kind: 'follows', text: `its name holds a digest of a content that differs: ${quoted(base)}` }];
  const { areUnwatched } = sides;
  const marks = marksIn(name, { which: side, side: sides[side], consequences, areUnwatched });
  const [mark] = marks;
  if (!mark) return [{ kind: 'unknown', text: `the other build did not make it` }];
  const what =
    mark.kind === 'time'
      ? 'the time of the build'
      : mark.kind === 'random'
        ? 'an id that is random, or made from a content that differs'
        : mark.kind;
  return [{ kind: mark.kind, text: `its name holds ${what}: ${quoted(mark.value)}` }];
}
