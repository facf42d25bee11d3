import type { PickleValue } from './pickle-values.ts';
import type { BytesBehind } from './read-pickle.ts';

/** How many bytes an element has, by the letter of its type and the number behind it. */
const ELEMENT = /^[<>|=]?([?bBhHiIlLqQefdgFDGfiucbMmSVU])(\d*)$/;
const CHARACTER_BYTES = 4;

/**
 * joblib writes the bytes of an array right behind the object that describes it, in the middle of the pickle
 * (`NumpyArrayWrapper.read_array`). An array of objects has a pickle of its own there, which `scanNested` reads.
 */
export function joblibArrays(bytes: Buffer, scanNested: (at: number) => number | undefined): BytesBehind {
  return (object, at) => {
    if (object.kind !== 'made' || object.by.kind !== 'global') return 0;
    if (object.by.module !== 'joblib.numpy_pickle' || object.by.name !== 'NumpyArrayWrapper') return 0;
    const state = object.state?.kind === 'dict' ? object.state.entries : undefined;
    const count = elementsOf(state?.get('shape'));
    const type = typeText(state?.get('dtype'));
    if (count === undefined || type === undefined) return undefined;
    const [, letter, digits = ''] = ELEMENT.exec(type) ?? [];
    const holdsObjects = letter === 'V' ? structureHoldsObjects(state?.get('dtype')) : /^[|<>=]?O/.test(type);
    if (holdsObjects) return scanNested(at);
    if (holdsObjects === undefined || digits === '') return undefined;
    const padding = state?.get('numpy_array_alignment_bytes')?.kind === 'number' ? 1 + (bytes[at] ?? 0) : 0;
    return padding + count * Number(digits) * (letter === 'U' ? CHARACTER_BYTES : 1);
  };
}

function elementsOf(shape: PickleValue | undefined): number | undefined {
  if (shape?.kind !== 'tuple') return undefined;
  let count = 1;
  for (const each of shape.items) {
    if (each.kind !== 'number' || !(each.value >= 0)) return undefined;
    count *= each.value;
  }
  return Number.isSafeInteger(count) ? count : undefined;
}

const FLAGS_PLACE = 7;

/** By the lowest bit of the flags, the eighth part of the state of a `dtype` with fields. */
function structureHoldsObjects(type: PickleValue | undefined): boolean | undefined {
  const state = type?.kind === 'made' && type.state?.kind === 'tuple' ? type.state.items : [];
  const flags = state[FLAGS_PLACE];
  return flags?.kind === 'number' ? (flags.value & 1) === 1 : undefined;
}

/** `f8` of `numpy.dtype('f8', …)`. */
function typeText(type: PickleValue | undefined): string | undefined {
  if (type?.kind !== 'made' || type.from.kind !== 'tuple') return undefined;
  const [first] = type.from.items;
  return first?.kind === 'text' ? first.text : undefined;
}
