import { mavenModule, type Span } from '../../base/index.ts';
import { type Ecosystem, normalizeName } from '../../packages/index.ts';
import { pythonLines } from '../conflicts/python-lines.ts';
import type { NodeFolder, Requirements, TargetNeeds } from '../model.ts';
import { parseRequirement } from '../requirement-lines.ts';
import { ecosystemOf } from './deb-purl.ts';
import { membersOf } from './json-places.ts';

/** What a file of the workspace says of a package. */
export interface Ask {
  /** Of the target; a root of the graph. */
  readonly label: string;
  readonly ecosystem: Ecosystem;
  readonly name: string;
  /** As it is written: `numpy>=1.24.0`. */
  readonly text: string;
  readonly span: Span;
  /** A line of a root file that only holds the version of what is asked for elsewhere. */
  readonly isConstraint: boolean;
}

/** Who asks for what, and where it is written. Provisioned tools are asked for by mobileops itself, and stand in no file. */
export function asksOf(requirements: Requirements, labels: ReadonlyMap<string, string>): readonly Ask[] {
  return [
    ...requirements.targets.flatMap((target) => [
      ...pythonAsks(target, requirements),
      ...mavenAsks(target),
      ...packageAsks(target),
    ]),
    ...requirements.nodeFolders.flatMap((folder) =>
      nodeAsks(folder, labels.get(folder.folder) ?? folder.folder),
    ),
  ];
}

/** By node folder, the label of the target that it belongs to; of several the first one. */
export function labelsOfFolders(targets: readonly TargetNeeds[]): ReadonlyMap<string, string> {
  const labels = new Map<string, string>();
  for (const { label, nodeFolder } of targets)
    if (nodeFolder !== undefined && !labels.has(nodeFolder)) labels.set(nodeFolder, label);
  return labels;
}

function pythonAsks(target: TargetNeeds, requirements: Requirements): Ask[] {
  const { own, constraints, development = [] } = pythonLines(target, requirements);
  if (own.length === 0 && development.length === 0) return [];
  return [...own, ...development, ...constraints].flatMap(({ text, span, isConstraint }): Ask[] => {
    const name = parseRequirement(text)?.name;
    return name === undefined
      ? []
      : [{ label: target.label, ecosystem: 'PyPI', name, text, span, isConstraint }];
  });
}

function mavenAsks({ label, maven }: TargetNeeds): Ask[] {
  return maven.map(({ coordinate: { value, span } }) => ({
    ...{ label, ecosystem: 'Maven', name: mavenModule(value), text: value, span, isConstraint: false },
  }));
}

function packageAsks({ label, packages, otherPackages = [], packagePlaces = [] }: TargetNeeds): Ask[] {
  const request = packages ?? otherPackages[0];
  if (!request) return [];
  const ecosystem = ecosystemOf(request);
  return packagePlaces.map(({ value, span }) => ({
    ...{
      label,
      ecosystem,
      name: normalizeName(ecosystem, value.split('=', 1)[0]!),
      text: value,
      span,
      isConstraint: false,
    },
  }));
}

const FIELDS = ['dependencies', 'devDependencies', 'optionalDependencies', 'peerDependencies'];

function nodeAsks({ manifest }: NodeFolder, label: string): Ask[] {
  return FIELDS.flatMap((field) =>
    [...membersOf(manifest.text, field)].map(([name, { start, end }]): Ask => {
      const text = manifest.text.slice(start, end);
      return {
        label,
        ecosystem: 'npm',
        name,
        text,
        span: { file: manifest, start, end },
        isConstraint: false,
      };
    }),
  );
}
