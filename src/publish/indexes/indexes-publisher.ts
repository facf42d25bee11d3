import { fail, ok, type Result } from '../../base/index.ts';
import type { FileSystem } from '../../host/index.ts';
import type { IndexedWebApp } from '../../release/index.ts';
import { unexpected } from '../patient-request.ts';
import type { PublishedRelease, Publisher, PublishFailure, PublishItem } from '../publisher.ts';
import { npmPresence, sendNpmPackage, tagNpmPackage } from './npm-index.ts';
import { type Publishable, publishable } from './publishable.ts';
import { type Presence, sendWheel, wheelPresence } from './python-index.ts';
import {
  ask,
  type IndexServer,
  JSON_TYPE,
  jsonBody,
  NPM_PACKAGE,
  PYPI_UPLOAD,
  pathsOf,
  WEB_APP,
} from './server-indexes.ts';

export interface IndexesOptions extends IndexServer {
  readonly fs: FileSystem;
  /** Of kind `package` in the index of the release. */
  readonly packages: readonly PublishItem[];
  readonly webApps: readonly IndexedWebApp[];
  /** Told of what the server has no place for. */
  readonly onLeftOut: (text: string) => void;
}

/** The channel whose packages everybody gets, and whose web apps have their own names. */
const STABLE = 'stable';

const KINDS = {
  wheel: { path: PYPI_UPLOAD, place: 'no index of Python packages' },
  npm: { path: NPM_PACKAGE, place: 'no npm registry' },
} as const;

/**
 * What `mobileops serve` has beside its files: an index for pip, one for npm, and the page from which web apps are installed.
 * Whether a server has them, its own OpenAPI document says. A package is compared with what is there first, and sent when all
 * else is out, as clients see it at once; npm's tag and the web apps follow.
 */
export function indexesPublisher(options: IndexesOptions): Publisher {
  const { fs, packages, url } = options;
  const names = new Set(packages.map(({ name }) => name));
  const faces = new Faces(options);
  return {
    place: `${url} (indexes)`,
    unit: 'package',
    wants: ({ name }) => names.has(name),
    async put(item, _release, signal) {
      const read = publishable(fs, item);
      if (!read.ok) return leaveOut(options, `${item.name} is a file only: ${read.failure}`);
      const { path, place } = KINDS[read.value.kind];
      const has = await faces.has(path, signal);
      if (!has.ok) return has;
      if (!has.value) return leaveOut(options, `${item.name} is a file only: ${url} has ${place}`);
      const presence = await presenceOf(options, read.value, signal);
      if (!presence.ok) return presence;
      if (presence.value === 'other') return fail({ kind: 'conflict', name: item.name });
      return ok(presence.value === 'same' ? 'present' : 'later');
    },
    async promote(release, signal, onSent = () => {}) {
      let isWhole = true;
      for (const item of packages) {
        const sent = await promotePackage(options, { item, faces, release, signal, onSent });
        if (!sent.ok) return sent;
        if (sent.value === 'left-out') isWhole = false;
      }
      const shown = await showWebApps(options, { faces, release, signal });
      if (!shown.ok) return shown;
      if (!isWhole || shown.value === 'left-out') return ok('left-out');
      return ok(release.isNewest ? 'moved' : 'kept');
    },
  };
}

function leaveOut({ onLeftOut }: IndexesOptions, text: string): Result<'left-out', never> {
  onLeftOut(text);
  return ok('left-out');
}

/** What a server can be asked, asked for once. */
class Faces {
  readonly #options: IndexesOptions;
  #paths: ReadonlySet<string> | undefined;

  constructor(options: IndexesOptions) {
    this.#options = options;
  }

  async has(path: string, signal: AbortSignal): Promise<Result<boolean, PublishFailure>> {
    if (!this.#paths) {
      const { url, onLeftOut } = this.#options;
      const paths = await pathsOf(this.#options, signal);
      if (!paths.ok) return paths;
      if (!paths.value)
        onLeftOut(`${url} does not show what it can be asked (/openapi.json): it is taken for files only`);
      this.#paths = paths.value ?? new Set();
    }
    return ok(this.#paths.has(path));
  }
}

function presenceOf(
  options: IndexesOptions,
  read: Publishable,
  signal: AbortSignal,
): Promise<Result<Presence, PublishFailure>> {
  return read.kind === 'wheel'
    ? wheelPresence(options, read, signal)
    : npmPresence(options, { fs: options.fs, package: read, signal });
}

interface Promotion {
  readonly faces: Faces;
  readonly release: PublishedRelease;
  readonly signal: AbortSignal;
}

interface PackagePromotion extends Promotion {
  readonly item: PublishItem;
  readonly onSent: (name: string) => void;
}

async function promotePackage(
  options: IndexesOptions,
  { item, faces, release, signal, onSent }: PackagePromotion,
): Promise<Result<'left-out' | undefined, PublishFailure>> {
  const { fs } = options;
  const read = publishable(fs, item);
  const has = read.ok ? await faces.has(KINDS[read.value.kind].path, signal) : ok(false);
  if (!read.ok || !has.ok || !has.value) return has.ok ? ok('left-out') : has;
  const presence = await presenceOf(options, read.value, signal);
  if (!presence.ok) return presence;
  if (presence.value === 'other') return fail({ kind: 'conflict', name: item.name });
  if (presence.value === 'absent') {
    const sent = await sendPackage(options, read.value, signal);
    if (!sent.ok) return sent;
    onSent(item.name);
  }
  if (read.value.kind === 'wheel' || !release.isNewest) return ok(undefined);
  return tagNpmPackage(options, { package: read.value, tag: tagOf(release), signal });
}

function sendPackage(
  options: IndexesOptions,
  read: Publishable,
  signal: AbortSignal,
): Promise<Result<undefined, PublishFailure>> {
  const { fs } = options;
  return read.kind === 'wheel'
    ? sendWheel(options, { fs, wheel: read, signal })
    : sendNpmPackage(options, { fs, package: read, signal });
}

/** npm reads a tag that looks like a version, as that of an older line (`1.x`), as a range of versions. */
function tagOf({ channel }: PublishedRelease): string {
  if (channel === STABLE) return 'latest';
  return /^\d/.test(channel) ? `release-${channel}` : channel;
}

async function showWebApps(
  options: IndexesOptions,
  { faces, release, signal }: Promotion,
): Promise<Result<'left-out' | undefined, PublishFailure>> {
  const { webApps, url, onLeftOut } = options;
  if (webApps.length === 0 || !release.isNewest) return ok(undefined);
  const has = await faces.has(WEB_APP, signal);
  if (!has.ok) return has;
  if (!has.value) {
    onLeftOut(`${url} has no page for web apps: ${webApps.map(({ name }) => name).join(', ')} are not shown`);
    return ok('left-out');
  }
  for (const { name, title, address } of webApps) {
    const shown = release.channel === STABLE ? name : `${name}-${release.channel}`;
    const answer = await ask(options, {
      ...{ method: 'PUT', path: WEB_APP.replace('{name}', encodeURIComponent(shown)), what: shown, signal },
      headers: JSON_TYPE,
      body: () => jsonBody({ title, url: address, version: release.version }),
    });
    if (!answer.ok) return answer;
    if (answer.value.status >= 300) return fail(unexpected(shown, answer.value));
  }
  return ok(undefined);
}
