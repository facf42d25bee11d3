import type { Diagnostic } from '../../base/index.ts';
import { membersOf } from '../graph/json-places.ts';
import type { RequirementText } from '../model.ts';
import { clashesIn, type NpmClash } from './npm-words.ts';

export interface UnmetNode {
  readonly manifest: RequirementText;
  /** `the npm packages of web`. */
  readonly what: string;
  /** What npm says when it is told to go on all the same. */
  readonly said: string;
}

/** A diagnostic for each package that npm cannot place: who wants what, and the lines of package.json that it comes from. */
export function npmContradictions({ manifest, what, said }: UnmetNode): readonly Diagnostic[] {
  const places = placesIn(manifest);
  return clashesIn(said).map((clash) => explain(clash, { manifest, what, places }));
}

type Places = ReadonlyMap<string, { readonly start: number; readonly end: number }>;

function placesIn({ text }: RequirementText): Places {
  const fields = ['peerDependencies', 'optionalDependencies', 'devDependencies', 'dependencies'];
  return new Map(fields.flatMap((field) => [...membersOf(text, field)]));
}

function explain(
  { taken, wanted, asker, chain, roots }: NpmClash,
  { manifest, what, places }: Omit<UnmetNode, 'said'> & { readonly places: Places },
): Diagnostic {
  const spans = roots.flatMap((name) => {
    const place = places.get(name);
    return place
      ? [
          {
            message: `${manifest.text.slice(place.start, place.end)} is asked for here`,
            span: { file: manifest, ...place },
          },
        ]
      : [];
  });
  const [first, ...related] = spans;
  const way = chain.length > 1 ? ` (which ${chain.slice(0, -1).join(' and ')} brings)` : '';
  return {
    code: 'dependencies/contradiction',
    severity: 'error',
    message: `${asker ?? manifest.path} wants ${wanted}${way}, but ${taken} is taken (${what})`,
    hint: 'change one of these versions, or set one for all who ask by `overrides` in package.json',
    ...(first ? { span: first.span, related } : { path: manifest.path }),
  };
}
