import { type Diagnostic, fail, ok, type Result } from '../base/index.ts';
import { ContainerRunner } from './container-runner.ts';
import { type ContainerPlace, converse, type ProgramFailure } from './conversation.ts';
import {
  freeStart,
  grantedRange,
  ID_COUNT,
  type IdRange,
  readSubordinateFiles,
  userName,
} from './id-range.ts';

/**
 * Tries once all that a run needs on this machine and with this store: the range of ids, namespaces, overlay. What is missing
 * comes back as a diagnostic that names what would grant it (cause `environment`).
 */
export async function openContainerRunner(
  place: ContainerPlace,
): Promise<Result<ContainerRunner, Diagnostic>> {
  const { env } = place.host;
  if (env.platform !== 'linux') {
    return fail(
      missing('container/no-linux', 'commands of images need Linux', 'use a Linux machine for this image'),
    );
  }
  const granted = grantedIds(place);
  if (!granted.ok) return granted;
  const answer = await converse(place, { ids: granted.value, request: { op: 'probe' } });
  return answer.ok
    ? ok(new ContainerRunner(place, granted.value))
    : fail(refused(answer.failure, granted.value));
}

/** The range of ids of the user who runs us; root needs none. */
export function grantedIds(place: ContainerPlace): Result<IdRange | undefined, Diagnostic> {
  return place.host.env.userId === 0 ? ok(undefined) : idsOfUser(place);
}

function idsOfUser({ host }: ContainerPlace): Result<IdRange, Diagnostic> {
  const { fs, env, processes } = host;
  const path = env.variables.PATH ?? '';
  const absent = ['newuidmap', 'newgidmap'].filter((name) => processes.which(name, path) === undefined);
  if (absent.length > 0) {
    const message = `commands of images need ${absent.join(' and ')} for a user other than root`;
    return fail(
      missing('container/no-helpers', message, 'install the package uidmap: sudo apt-get install uidmap'),
    );
  }
  const files = readSubordinateFiles(fs);
  const name = userName(fs, env.userId) ?? env.variables.USER ?? String(env.userId);
  const range = grantedRange(files, [name, String(env.userId)]);
  return range ? ok(range) : fail(noRange(name, freeStart(files)));
}

function noRange(name: string, start: number): Diagnostic {
  const line = `${name}:${start}:${ID_COUNT}`;
  const range = `${start}-${start + ID_COUNT - 1}`;
  return missing(
    'container/no-id-range',
    `commands of images need ${ID_COUNT} ids for a user other than root, and ${name} has none: the line "${line}" in /etc/subuid and the line "${line}" in /etc/subgid grant them`,
    `sudo usermod --add-subuids ${range} --add-subgids ${range} ${name}`,
  );
}

function refused({ kind, message, step }: ProgramFailure, ids: IdRange | undefined): Diagnostic {
  if (kind === 'unsupported' && step === 'overlay') {
    return missing(
      'container/no-overlay',
      `the store cannot hold the layers of an image: ${message}`,
      'MOBILEOPS_CACHE names another folder for it, on a disk of this machine (ext4, XFS, Btrfs)',
    );
  }
  if (kind === 'no-ids' || (kind === 'unsupported' && step === 'owners')) {
    return missing(
      'container/no-id-range',
      `the range of ids cannot be used: ${message}`,
      ids
        ? `look at the lines for ids ${ids.uidStart} in /etc/subuid and ${ids.gidStart} in /etc/subgid`
        : 'this root has not all ids, as in a container: build outside of it',
    );
  }
  return missing(
    'container/no-namespaces',
    `this machine does not allow what commands of images need: ${message}`,
    'see kernel.unprivileged_userns_clone, user.max_user_namespaces and kernel.apparmor_restrict_unprivileged_userns in sysctl; in a container, it must be privileged',
  );
}

function missing(code: string, message: string, hint: string): Diagnostic {
  return { code, severity: 'error', message, hint, cause: 'environment' };
}
