/** The only differences that may be between what we build and what others build of the corpus. An unlisted one fails. */
import type { Difference } from './differences.ts';

/** By case: each reason with the names of the differences that it explains. What is listed and the same fails too. */
export type Allowed = Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;

export const WITH_BUILDKIT: Allowed = {
  'copy-exclude': {
    'BuildKit copies what a wildcard names though it is excluded, against its own reference (moby/buildkit#5489)':
      ['layer 1: b/b.md', 'b/b.md'],
  },
  'run-hard-links': {
    'BuildKit leaves the older name out of the layer, so that it is another file than the new one': [
      'layer 2: t/a.txt',
      'layer 2: t/sub/d/too',
      'layer 5: t/sub/d/e.sh',
      'linked',
      't/sub/c.txt',
      't/sub/d/e.sh',
      't/sub/d/too',
    ],
  },
  'run-network-default': {
    'a step has no network unless it says so': ['layer 1: net', 'net'],
  },
  'run-root-folder': {
    "BuildKit's layers have no root folder, so that its mode and owner are lost": [''],
  },
  'run-xattrs': {
    "BuildKit's layers have no attributes of users, so that here nothing is changed for it": [
      'layer 2: a',
      'layer 2: srv',
    ],
  },
};

export const WITH_BUILDAH: Allowed = {
  arg: { 'within one ARG, BuildKit knows what stands in front; buildah does not': ['config.Labels'] },
};

/** The same for all cases. */
export function isAllowedAlways({ what, ours, theirs }: Difference): boolean {
  switch (what) {
    // buildah writes the name of the container that it worked in, and what Docker once said of an image's making.
    case 'config.Hostname':
    case 'container':
    case 'container_config':
    case 'docker_version':
    case 'parent':
      return ours === undefined;
    // buildah leaves the points of its mounts.
    case 'etc/hosts':
    case 'etc/resolv.conf':
      return ours === undefined && /^file 0755 0:0 e3b0c44298fc$/.test(String(theirs));
    // Said of words that Windows need not escape; on Linux nobody reads it.
    case 'config.ArgsEscaped':
      return ours === undefined && theirs === true;
    // BuildKit begins a stage on scratch in `/`, buildah in none; both start there.
    case 'config.WorkingDir':
      return ours === '/' && theirs === undefined;
    default:
      if (isScrubbed(what.replace(/^layer \d+: /, ''))) return ours === undefined;
      // BuildKit's layers have no attribute but security.capability.
      return typeof ours === 'string' && ours.replace(/ user\.\S+/g, '') === theirs;
  }
}

/** Clocks that are in no layer of ours, as docs/dockerfiles.md lists them. */
function isScrubbed(path: string): boolean {
  return SCRUBBED.test(path);
}

const SCRUBBED =
  /^(?:var\/log\/apt\/[^/]+|var\/log\/(?:dpkg|alternatives)\.log|var\/cache\/ldconfig\/aux-cache|var\/cache\/debconf\/[^/]+-old|var\/cache\/apt\/(?:src)?pkgcache\.bin|etc\/machine-id|var\/lib\/dbus\/machine-id)$/;
