import { InternalError } from '../base/index.ts';
import type { LockedRoot } from './model.ts';

/** What the script runs with; nothing else of an environment is meant to reach maintainer scripts. */
export const CONFIGURE_ENVIRONMENT: Readonly<Record<string, string>> = {
  PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
  HOME: '/root',
  LC_ALL: 'C.UTF-8',
  TZ: 'UTC',
  DEBIAN_FRONTEND: 'noninteractive',
  DEBCONF_NONINTERACTIVE_SEEN: 'true',
  DEBCONF_NOWARNINGS: 'yes',
  // Neither depends on the machine: how many processors, and whether a terminal is there.
  PYTHONHASHSEED: '0',
  TERM: 'dumb',
};

/**
 * The shell script that turns the layer of `bootstrapRoot` into a configured root: dpkg installs every locked package in
 * the lock's order. It wants root (or a range of ids), `/proc`, `/dev/null` and `/dev/urandom`, no network, the environment
 * above with SOURCE_DATE_EPOCH, and the package files by their content below `packagesAt`.
 */
export function configureScript(root: LockedRoot, { packagesAt }: { readonly packagesAt: string }): string {
  const isFirst = new Set(root.bootstrap);
  const hashes = new Map(root.locked.map(({ name, sha256 }) => [name, sha256]));
  const lines = root.steps.map(({ do: doing, packages }) => {
    if (packages.some((name) => !hashes.has(name)))
      throw new InternalError('a step names a package that is not locked');
    if (doing === 'configure') return `dpkg ${OPTIONS} --configure ${packages.join(' ')}`;
    const force = packages.every((name) => isFirst.has(name)) ? ' --force-depends' : '';
    const files = packages.map((name) => `${packagesAt}/${hashes.get(name)}.deb`);
    return `dpkg ${OPTIONS}${force} --unpack ${files.join(' ')}`;
  });
  return ['#!/bin/sh', 'set -eu', 'umask 022', ...lines, LEFT_NONE, ''].join('\n');
}

/** A layer that is lost in a crash is made again, so nothing need reach the disk at once. */
const OPTIONS = '--force-unsafe-io --force-confold';

/** dpkg may end well with a package whose triggers wait; then they run now, and what is still unfinished is told. */
const LEFT_NONE = [
  `dpkg ${OPTIONS} --configure --pending`,
  'test -z "$(dpkg --audit)" || { dpkg --audit; exit 1; }',
].join('\n');

/**
 * What a maintainer script leaves that is of the hour or of chance, and is neither needed nor missed: logs, caches that
 * are made again, and what dpkg keeps of the state before. Paths relative to the root; a `/` at the end means all in it.
 */
export const CONFIGURE_LEAVINGS: readonly string[] = [
  'var/log/dpkg.log',
  'var/log/alternatives.log',
  'var/log/bootstrap.log',
  'var/log/apt/',
  'var/cache/ldconfig/aux-cache',
  'var/cache/debconf/config.dat-old',
  'var/cache/debconf/passwords.dat-old',
  'var/cache/debconf/templates.dat-old',
  'var/lib/dpkg/available-old',
  'var/lib/dpkg/diversions-old',
  'var/lib/dpkg/statoverride-old',
  'var/lib/dpkg/status-old',
  'var/lib/dpkg/lock',
  'var/lib/dpkg/lock-frontend',
  'var/lib/dpkg/triggers/Lock',
  'etc/.pwd.lock',
  'etc/group-',
  'etc/gshadow-',
  'etc/passwd-',
  'etc/shadow-',
];

/**
 * What maintainer scripts make so that one machine is told from another: keys, certificates, numbers by chance. In an image
 * every container would share them, and no two builds would be alike, so they do not belong in one. Patterns relative to
 * the root; `*` stands for a part of a name.
 */
export const MACHINE_IDENTITY: readonly string[] = [
  'etc/machine-id',
  'var/lib/dbus/machine-id',
  'etc/ssh/ssh_host_*_key',
  'etc/ssh/ssh_host_*_key.pub',
  'etc/ssl/certs/ssl-cert-snakeoil.pem',
  'etc/ssl/private/ssl-cert-snakeoil.key',
  'var/lib/systemd/random-seed',
];
