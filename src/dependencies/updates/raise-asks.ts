import { compareTexts, type SourceFile, type Span } from '../../base/index.ts';
import type { AndroidDependency, Located } from '../../config/index.ts';
import type { Ecosystem } from '../../packages/index.ts';
import type { Ask } from '../graph/asks.ts';
import type { Requirements, RequirementText } from '../model.ts';
import { latestKey } from './latest-versions.ts';
import { raisedText } from './raised-text.ts';

/** A place in a file of the workspace that gets another version. */
export interface RaisedAsk {
  readonly ecosystem: Ecosystem;
  readonly name: string;
  /** As it is written. */
  readonly from: string;
  readonly to: string;
  readonly span: Span;
  /** Where nothing stood before, what is new as a person writes it: `"overrides": {"qs": "6.7.3"}`. */
  readonly added?: string;
  /** Of a library that an app gets: what it stands behind. */
  readonly library?: {
    readonly label: string;
    readonly behind: AndroidDependency;
    readonly declared: AndroidDependency;
  };
}

/** The places that hold a package at a version, for those that are wanted (by `latestKey`); what has another form stays as it is. */
export function raiseAsks(asks: readonly Ask[], wanted: ReadonlyMap<string, string>): readonly RaisedAsk[] {
  const raised = new Map<string, RaisedAsk>();
  for (const { ecosystem, name, span } of asks) {
    const version = wanted.get(latestKey(ecosystem, name));
    const from = span.file.text.slice(span.start, span.end);
    const to = version === undefined ? undefined : raisedText(ecosystem, from, version);
    // A line of a root file is asked for by every component.
    if (to !== undefined && to !== from)
      raised.set(`${span.file.path}\0${span.start}`, { ecosystem, name, from, to, span });
  }
  return [...raised.values()].sort(
    (a, b) => compareTexts(a.span.file.path, b.span.file.path) || a.span.start - b.span.start,
  );
}

/** The files as they will be. */
export function raisedFiles(raised: readonly RaisedAsk[]): readonly RequirementText[] {
  const files = Map.groupBy(raised, ({ span }) => span.file.path);
  return [...files].map(([path, own]) => {
    const inOrder = own.toSorted((a, b) => a.span.start - b.span.start || a.span.end - b.span.end);
    return { path, text: raisedTextOf(own[0]!.span.file, inOrder) };
  });
}

/** What a lock is resolved from once the files are written; nothing is read or written here. */
export function withRaised(requirements: Requirements, raised: readonly RaisedAsk[]): Requirements {
  if (raised.length === 0) return requirements;
  const files = new Map(raisedFiles(raised).map((file) => [file.path, file]));
  const file = (old: RequirementText): RequirementText => files.get(old.path) ?? old;
  const places = new Map(raised.map((each) => [`${each.span.file.path}\0${each.span.start}`, each]));
  const value = (old: Located<string>): Located<string> => {
    const found = places.get(`${old.span.file.path}\0${old.span.start}`);
    return found ? { ...old, value: unquoted(found.to) } : old;
  };
  const { targets, constraints, development, nodeFolders } = requirements;
  return {
    ...requirements,
    targets: targets.map((target) => ({
      ...target,
      python: { requirements: target.python.requirements.map(value) },
      maven: target.maven.flatMap((each) => [
        { ...each, coordinate: value(each.coordinate) },
        ...raised.flatMap(({ library }) =>
          library?.label === target.label && library.behind === each ? [library.declared] : [],
        ),
      ]),
    })),
    constraints: constraints.map(file),
    development: development && file(development),
    nodeFolders: nodeFolders.map((folder) => ({ ...folder, manifest: file(folder.manifest) })),
  };
}

function raisedTextOf({ text }: SourceFile, raised: readonly RaisedAsk[]): string {
  let result = '';
  let at = 0;
  for (const { span, to } of raised) {
    result += text.slice(at, span.start) + to;
    at = span.end;
  }
  return result + text.slice(at);
}

function unquoted(text: string): string {
  return text.replace(/^(['"])(.*)\1$/, '$2');
}
