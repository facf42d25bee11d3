import type { Cause } from '../model.ts';
import type { CauseContext } from './context.ts';

/** Why two numbers differ, where their values tell. */
export function numberCause(a: string, b: string, { sides, consequences }: CauseContext): Cause | undefined {
  const [numbersA, numbersB] = [a.match(/\d+/g) ?? [], b.match(/\d+/g) ?? []];
  if (numbersA.length !== numbersB.length || a.replace(/\d+/g, '0') !== b.replace(/\d+/g, '0'))
    return undefined;
  const at = numbersA.findIndex((number, index) => number !== numbersB[index]);
  if (at < 0) return undefined;
  const [one, two] = [numbersA[at]!, numbersB[at]!];
  const values = `${one} and ${two}`;
  if (consequences.has('a', one) && consequences.has('b', two))
    return { kind: 'follows', text: `sizes of other things that differ: ${values}` };
  if (sides.a.cores !== sides.b.cores && Number(one) === sides.a.cores && Number(two) === sides.b.cores)
    return { kind: 'cores', text: `the number of processors that were visible: ${values}` };
  return undefined;
}
