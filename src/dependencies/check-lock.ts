import type { Diagnostic } from '../base/index.ts';
import { imageKey } from '../oci/index.ts';
import { imagesOf } from './images-of.ts';
import { LOCK_FILE } from './lockfile.ts';
import {
  type Lockfile,
  type Requirements,
  type ResolvedFrom,
  type TargetNeeds,
  type TargetProblem,
  wantedTools,
} from './model.ts';
import {
  hasPython,
  imageFrom,
  mavenFrom,
  nodeFrom,
  pythonFrom,
  rootFrom,
  toolFrom,
} from './resolved-from.ts';
import { rootKey, rootsOf } from './roots.ts';
import { urlFrom, urlsOf } from './urls.ts';

const RENEW = 'run `mobileops deps lock` and commit the lock';

/** Whether the lock still holds for the requirements, decided from texts alone; no diagnostics means that it does. */
export function checkLock(lock: Lockfile | undefined, requirements: Requirements): readonly Diagnostic[] {
  return lockProblems(lock, requirements).map(({ diagnostic }) => diagnostic);
}

/** The same, each with the targets that it concerns. */
export function lockProblems(
  lock: Lockfile | undefined,
  requirements: Requirements,
): readonly TargetProblem[] {
  const sections = sectionsOf(requirements);
  if (sections.every(({ mayBeAbsent }) => mayBeAbsent)) return [];
  if (!lock) {
    const missing = sections.filter(({ mayBeAbsent }) => !mayBeAbsent);
    return [{ diagnostic: noLock(missing), concerns: (target) => needsLock(target, requirements) }];
  }
  return sections.flatMap(({ what, path, from, locked, concerns, mayBeAbsent }): TargetProblem[] => {
    const found = locked(lock);
    const changes = changesOf(from, found);
    if (changes.length === 0 || (!found && mayBeAbsent)) return [];
    const message = `the lock is stale for ${what}: ${changes.join(', ')}`;
    const diagnostic: Diagnostic = {
      code: 'dependencies/stale-lock',
      severity: 'error',
      message,
      hint: RENEW,
      path,
    };
    return [{ diagnostic, concerns }];
  });
}

/** Whether anything of the target must be locked. */
export function needsLock(target: TargetNeeds, requirements: Requirements): boolean {
  return sectionsOf(requirements).some(({ concerns }) => concerns(target));
}

interface Section {
  readonly what: string;
  readonly path: string;
  readonly from: ResolvedFrom;
  readonly locked: (lock: Lockfile) => ResolvedFrom | undefined;
  readonly concerns: (target: TargetNeeds) => boolean;
  /** A lock without it holds too. */
  readonly mayBeAbsent?: true;
}

/** One for each thing that must stand in the lock. */
function sectionsOf(requirements: Requirements): readonly Section[] {
  const { targets, nodeFolders, tools } = requirements;
  return [
    ...targets
      .filter((target) => hasPython(target, requirements))
      .map((target) => ({
        what: `the Python packages of ${target.label}`,
        path: LOCK_FILE,
        from: pythonFrom(target, requirements),
        locked: (lock: Lockfile) => lock.python[target.label]?.from,
        concerns: ({ label }: TargetNeeds) => label === target.label,
      })),
    ...nodeFolders.map((folder) => ({
      what: `the npm packages of ${folder.folder}`,
      path: LOCK_FILE,
      from: nodeFrom(folder),
      locked: (lock: Lockfile) => lock.node[folder.folder]?.from,
      concerns: ({ nodeFolder }: TargetNeeds) => nodeFolder === folder.folder,
    })),
    ...targets
      .filter(({ maven }) => maven.length > 0)
      .map((target) => ({
        what: `the libraries of ${target.label}`,
        path: LOCK_FILE,
        from: mavenFrom(target),
        locked: (lock: Lockfile) => lock.maven[target.label]?.from,
        concerns: ({ label }: TargetNeeds) => label === target.label,
      })),
    ...imagesOf(targets).map((image) => ({
      what: `the image ${image.reference}`,
      path: LOCK_FILE,
      from: imageFrom(image),
      locked: (lock: Lockfile) =>
        (lock.images?.[imageKey(image)] ?? lock.absentImages?.[imageKey(image)])?.from,
      concerns: ({ images = [] }: TargetNeeds) => images.some((each) => imageKey(each) === imageKey(image)),
    })),
    ...urlsOf(targets).map((url) => ({
      what: url.url,
      path: LOCK_FILE,
      from: urlFrom(url),
      locked: (lock: Lockfile) => lock.urls?.[url.sha256]?.from,
      concerns: ({ urls = [] }: TargetNeeds) => urls.some(({ sha256 }) => sha256 === url.sha256),
    })),
    ...rootsOf(targets).map(({ label, request, isOther }) => ({
      what: `the packages of ${label}${isOther ? ` for ${request.architecture}` : ''}`,
      path: LOCK_FILE,
      from: rootFrom(request),
      locked: (lock: Lockfile) => lock.roots?.[rootKey(label, request)]?.from,
      concerns: (target: TargetNeeds) => target.label === label,
      ...(isOther ? { mayBeAbsent: true as const } : {}),
    })),
    ...tools.map((tool) => ({
      what: `the tool ${tool.name}`,
      path: LOCK_FILE,
      from: toolFrom(tool),
      locked: (lock: Lockfile) => lock.tools[tool.name]?.from,
      concerns: (target: TargetNeeds) => wantedTools(target).includes(tool.name),
    })),
  ];
}

function changesOf(from: ResolvedFrom, locked: ResolvedFrom | undefined): readonly string[] {
  if (!locked) return ['it is not in the lock'];
  const names = [...new Set([...Object.keys(from), ...Object.keys(locked)])].sort();
  return names
    .filter((name) => from[name] !== locked[name])
    .map((name) => {
      if (locked[name] === undefined || locked[name] === 'absent') return `${name} is new`;
      return from[name] === undefined || from[name] === 'absent' ? `${name} is gone` : `${name} changed`;
    });
}

function noLock(sections: readonly Section[]): Diagnostic {
  const [one] = sections;
  const more = sections.length === 1 ? '' : ` and ${sections.length - 1} more`;
  return {
    code: 'dependencies/no-lock',
    severity: 'error',
    message: `there is no ${LOCK_FILE}, but ${one!.what}${more} must be locked`,
    hint: RENEW,
    path: LOCK_FILE,
  };
}
