import { isLicenceReference, type LicenceTree, parseLicence } from './licence-tree.ts';

/** A declared licence as documents of SPDX and CycloneDX carry it. */
export interface LicenceExpression {
  /** Valid by SPDX 2.3, annex D; what is no licence of the list stands in it as `LicenseRef-…`. */
  readonly expression: string;
  /** The one licence of the list that it is, where it is no more than that. */
  readonly id?: string;
}

/**
 * What a package says of its licence, as an expression; `undefined` where it says nothing. `references` are those of one
 * document: the words that were declared by the `LicenseRef-…` that stands for them, to which new ones are added.
 */
export function licenceExpression(
  declared: string,
  references = new Map<string, string>(),
): LicenceExpression | undefined {
  const tree = parseLicence(declared);
  if (!tree) return undefined;
  const expression = written(tree, references);
  const isPlain = tree.kind === 'licence' && !tree.orLater && tree.exception === undefined;
  return { expression, ...(isPlain ? { id: tree.id } : {}) };
}

function written(tree: LicenceTree, references: Map<string, string>): string {
  if (tree.kind === 'licence')
    return `${tree.id}${tree.orLater ? '+' : ''}${tree.exception === undefined ? '' : ` WITH ${tree.exception}`}`;
  if (tree.kind === 'other') return reference(tree.name, references);
  const parts = tree.parts.map((part) => {
    const text = written(part, references);
    return tree.kind === 'and' && part.kind === 'or' ? `(${text})` : text;
  });
  return [...new Set(parts)].join(tree.kind === 'and' ? ' AND ' : ' OR ');
}

const MAX_REFERENCE_CHARACTERS = 60;

function reference(name: string, references: Map<string, string>): string {
  if (isLicenceReference(name) && name.startsWith('LicenseRef-')) {
    references.set(name, name);
    return name;
  }
  const word = name.replace(/[^A-Za-z0-9.]+/g, '-').replace(/^-+|-+$/g, '');
  const short = word.slice(0, MAX_REFERENCE_CHARACTERS) || 'unnamed';
  let id = `LicenseRef-${short}`;
  for (let more = 2; (references.get(id) ?? name) !== name; more++) id = `LicenseRef-${short}-${more}`;
  references.set(id, name);
  return id;
}
