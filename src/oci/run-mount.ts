import { fail, nearest, ok, type Result } from '../base/index.ts';
import type { WordFailure } from './expand-word.ts';
import type { FileOrigin, MountWords } from './image-plan.ts';

/** A `--mount` of a RUN with all its values, by the Dockerfile reference. Paths are absolute and clean. */
export type RunMount =
  /** `source` is a path in `origin`, the build context without one. Writes are dropped. */
  | {
      readonly type: 'bind';
      readonly target: string;
      readonly source: string;
      readonly origin?: FileOrigin;
      readonly isReadOnly: boolean;
    }
  /** Kept from build to build by `id`; new, it holds what lies at `source` of `origin`, or nothing. */
  | {
      readonly type: 'cache';
      readonly id: string;
      readonly target: string;
      readonly source: string;
      readonly origin?: FileOrigin;
      readonly isReadOnly: boolean;
      readonly sharing: 'shared' | 'private' | 'locked';
      readonly mode: number;
      readonly uid: number;
      readonly gid: number;
    }
  | { readonly type: 'tmpfs'; readonly target: string; readonly sizeBytes?: number }
  /** A file at `target`, a variable `env`, or both. */
  | {
      readonly type: 'secret';
      readonly id: string;
      readonly target?: string;
      readonly env?: string;
      readonly isRequired: boolean;
      readonly mode: number;
      readonly uid: number;
      readonly gid: number;
    };

export interface MountFailure {
  readonly kind: 'mount';
  /** Which field is wrong; -1 for the mount as a whole. */
  readonly field: number;
  readonly message: string;
  readonly hint: string;
}

export const MOUNT_TYPES = ['bind', 'cache', 'tmpfs', 'secret'] as const;
const SHARING = ['shared', 'private', 'locked'] as const;
/** What each type takes, beside `type`; BuildKit's own aliases stand first in `ALIASES`. */
const KEYS: Readonly<Record<(typeof MOUNT_TYPES)[number], readonly string[]>> = {
  bind: ['target', 'source', 'from', 'readonly', 'readwrite'],
  cache: ['target', 'source', 'from', 'id', 'readonly', 'readwrite', 'sharing', 'mode', 'uid', 'gid'],
  tmpfs: ['target', 'size'],
  secret: ['target', 'source', 'id', 'required', 'env', 'mode', 'uid', 'gid'],
};
const ALIASES: Readonly<Record<string, string>> = {
  src: 'source',
  dst: 'target',
  destination: 'target',
  ro: 'readonly',
  rw: 'readwrite',
};
const FLAGS = ['readonly', 'readwrite', 'required'];
const DEFAULT_CACHE_MODE = 0o755;
const DEFAULT_SECRET_MODE = 0o400;
const MAX_ID = 0xffff_ffff;

export interface MountPlace {
  /** Replaces variables; a failure passes through. */
  expand(word: string): Result<string, WordFailure>;
  /** As `resolvePath` of the folder in force does. */
  resolve(path: string): string;
}

/** Reads the fields of a mount. The first wrong one is told. */
export function readMount(
  { fields, origin, source }: MountWords,
  place: MountPlace,
): Result<RunMount, WordFailure | MountFailure> {
  const typeField = fields.findIndex(([key]) => key === 'type');
  const typeWord = fields[typeField]?.[1];
  const typeValue = typeWord === undefined ? ok('bind') : place.expand(typeWord);
  if (!typeValue.ok) return typeValue;
  const type = MOUNT_TYPES.find((each) => each === typeValue.value.toLowerCase());
  if (!type) return wrong(typeField, ...wrongType(typeValue.value));
  const values = new Map<string, string>();
  const at = new Map<string, number>();
  for (const [index, [key, word]] of fields.entries()) {
    const name = ALIASES[key] ?? key;
    if (name === 'type') continue;
    if (!KEYS[type].includes(name)) return wrong(index, ...wrongKey(key, type));
    if (word === undefined && !FLAGS.includes(name))
      return wrong(index, `${key} has no value`, `write ${key}=value`);
    const value = word === undefined ? ok('true') : place.expand(word);
    if (!value.ok) return value;
    values.set(name, value.value);
    at.set(name, index);
  }
  if (source !== undefined) values.set('source', source);
  const draft = new MountDraft(values, at, place);
  const mount = draft.build(type, origin);
  return draft.failure ? { ok: false, failure: draft.failure } : ok(mount);
}

function wrong(field: number, message: string, hint: string): Result<never, MountFailure> {
  return fail({ kind: 'mount', field, message, hint });
}

function wrongType(type: string): [message: string, hint: string] {
  if (type.toLowerCase() === 'ssh') {
    return [
      'mounts of type ssh are not supported',
      'an agent cannot be part of a build that is repeated; use --mount=type=secret',
    ];
  }
  const near = nearest(type, MOUNT_TYPES);
  const hint = near === undefined ? `the types are ${MOUNT_TYPES.join(', ')}` : `did you mean ${near}?`;
  return [`there is no mount of type ${type === '' ? 'nothing' : type}`, hint];
}

function wrongKey(key: string, type: keyof typeof KEYS): [message: string, hint: string] {
  const near = nearest(key, [...KEYS[type], ...Object.keys(ALIASES), 'type']);
  const hint = near === undefined ? `its options are ${KEYS[type].join(', ')}` : `did you mean ${near}?`;
  return [`a mount of type ${type} has no option ${key === '' ? 'without a name' : key}`, hint];
}

/** Reads one value after the other and keeps the first failure. */
class MountDraft {
  failure: MountFailure | undefined;
  readonly #values: ReadonlyMap<string, string>;
  readonly #at: ReadonlyMap<string, number>;
  readonly #place: MountPlace;

  constructor(values: ReadonlyMap<string, string>, at: ReadonlyMap<string, number>, place: MountPlace) {
    this.#values = values;
    this.#at = at;
    this.#place = place;
  }

  build(type: (typeof MOUNT_TYPES)[number], origin: FileOrigin | undefined): RunMount {
    const from = origin === undefined ? {} : { origin };
    switch (type) {
      case 'bind':
        return {
          type,
          target: this.#target(),
          source: this.#source(),
          ...from,
          isReadOnly: this.#isReadOnly(true),
        };
      case 'cache': {
        const target = this.#target();
        return {
          type,
          id: this.#values.get('id') || cleanedId(this.#values.get('target') ?? ''),
          target,
          source: this.#source(),
          ...from,
          isReadOnly: this.#isReadOnly(false),
          sharing: this.#sharing(),
          ...this.#owned(DEFAULT_CACHE_MODE),
        };
      }
      case 'tmpfs': {
        const sizeBytes = this.#size();
        return { type, target: this.#target(), ...(sizeBytes === undefined ? {} : { sizeBytes }) };
      }
      case 'secret':
        return this.#secret();
    }
  }

  #fail(name: string, message: string, hint: string): void {
    this.failure ??= { kind: 'mount', field: this.#at.get(name) ?? -1, message, hint };
  }

  #target(): string {
    const text = this.#values.get('target');
    const target = text === undefined || text === '' ? undefined : this.#place.resolve(text);
    if (target === undefined) this.#fail('target', 'the mount has no target', 'write target=/path');
    else if (target === '/') this.#fail('target', 'a mount cannot lie over the root', 'write target=/path');
    return target ?? '/';
  }

  #source(): string {
    const text = this.#values.get('source') ?? '/';
    return `/${text}`.replace(/\/(?:\.?\/)+/g, '/').replace(/(?<=.)\/\.?$/, '');
  }

  #isReadOnly(otherwise: boolean): boolean {
    const readonly = this.#flag('readonly');
    const readwrite = this.#flag('readwrite');
    if (readonly !== undefined && readwrite !== undefined) {
      return (this.#at.get('readonly') ?? 0) > (this.#at.get('readwrite') ?? 0) ? readonly : !readwrite;
    }
    return readonly ?? (readwrite === undefined ? otherwise : !readwrite);
  }

  #flag(name: string): boolean | undefined {
    const text = this.#values.get(name);
    if (text === undefined) return undefined;
    if (/^(?:1|t|true)$/i.test(text)) return true;
    if (!/^(?:0|f|false)$/i.test(text))
      this.#fail(name, `${text} is neither true nor false`, `write ${name}, or ${name}=false`);
    return false;
  }

  #sharing(): (typeof SHARING)[number] {
    const text = this.#values.get('sharing') ?? 'shared';
    const sharing = SHARING.find((each) => each === text.toLowerCase());
    if (!sharing) {
      const near = nearest(text, SHARING);
      this.#fail(
        'sharing',
        `there is no sharing ${text}`,
        near === undefined ? `write ${SHARING.join(', ')}` : `did you mean ${near}?`,
      );
    }
    return sharing ?? 'shared';
  }

  #owned(defaultMode: number): { mode: number; uid: number; gid: number } {
    const mode = this.#values.get('mode');
    if (mode !== undefined && !/^[0-7]{1,5}$/.test(mode))
      this.#fail('mode', `${mode} is not an octal mode`, 'write for example mode=0755');
    return {
      mode: mode === undefined ? defaultMode : Number.parseInt(mode, 8) & 0o7777,
      uid: this.#id('uid'),
      gid: this.#id('gid'),
    };
  }

  #id(name: string): number {
    const text = this.#values.get(name) ?? '0';
    if (!/^\d{1,10}$/.test(text) || Number(text) > MAX_ID)
      this.#fail(
        name,
        `${text} is not the number of a ${name === 'uid' ? 'user' : 'group'}`,
        `write ${name}=1000`,
      );
    return Number(text);
  }

  #size(): number | undefined {
    const text = this.#values.get('size');
    if (text === undefined) return undefined;
    const match = /^(\d+(?:\.\d+)?) ?([kmgtp]?)i?b?$/i.exec(text);
    const bytes = Math.floor(
      Number(match?.[1]) * 1024 ** ' kmgtp'.indexOf((match?.[2] || ' ').toLowerCase()),
    );
    if (match && Number.isSafeInteger(bytes)) return bytes === 0 ? undefined : bytes;
    this.#fail('size', `${text} is not a size`, 'write for example size=64m');
    return undefined;
  }

  #secret(): RunMount {
    const source = this.#values.get('source');
    const stated = this.#values.get('target');
    if (source && this.#values.get('id'))
      this.#fail('source', 'a secret has either a source or an id', 'both mean the name of the secret');
    const id = source || this.#values.get('id') || (stated ?? '').replace(/^.*\//, '');
    if (id === '') this.#fail('target', 'the secret has no name', 'write id=name');
    const env = this.#values.get('env');
    const target = stated || (env === undefined ? `/run/secrets/${id.replace(/^.*\//, '')}` : undefined);
    return {
      type: 'secret',
      id,
      ...(target === undefined ? {} : { target: this.#place.resolve(target) }),
      ...(env === undefined ? {} : { env }),
      isRequired: this.#flag('required') ?? false,
      ...this.#owned(DEFAULT_SECRET_MODE),
    };
  }
}

/** As Go's `path.Clean`, by which BuildKit names a cache. */
function cleanedId(target: string): string {
  const isAbsolute = target.startsWith('/');
  const names: string[] = [];
  for (const name of target.split('/')) {
    if (name === '' || name === '.') continue;
    if (name === '..' && names.length > 0 && names.at(-1) !== '..') names.pop();
    else if (name !== '..' || !isAbsolute) names.push(name);
  }
  return `${isAbsolute ? '/' : ''}${names.join('/')}` || '.';
}
