/** One of the two builds, as far as it can show in what was built. */
export interface Side {
  /** Milliseconds since 1970. */
  readonly startedAtMs: number;
  readonly endedAtMs: number;
  /** How far the clock of its steps was ahead; times of files are the machine's all the same. */
  readonly clockShiftMs?: number;
  /** Absolute folders of this build alone: workspace, home, store. */
  readonly folders: readonly string[];
  readonly user: string;
  readonly cores: number;
  readonly timezone: string;
  readonly language: string;
  readonly umask: number;
}

export interface Sides {
  readonly a: Side;
  readonly b: Side;
  /** Nobody watched the two builds: times and folders are told by their form alone. */
  readonly areUnwatched?: true;
}

/** Names from the outside in: `dist/app.apk`, `assets/page.js`. */
export type Place = readonly string[];

/** A difference as it was found, before anybody asks why. */
export type Found =
  | { readonly kind: 'content'; readonly place: Place; readonly a: Buffer; readonly b: Buffer }
  | {
      readonly kind: 'field';
      readonly place: Place;
      readonly field: string;
      readonly a: string | undefined;
      readonly b: string | undefined;
    }
  | { readonly kind: 'only'; readonly place: Place; readonly side: 'a' | 'b'; readonly what: string }
  | { readonly kind: 'order'; readonly place: Place; readonly what: string }
  /** The same contents, packed into other bytes. */
  | { readonly kind: 'packing'; readonly place: Place; readonly format: string }
  /** Why it differs is plain from what the format means, whatever the two builds were. */
  | {
      readonly kind: 'told';
      readonly place: Place;
      readonly field: string;
      readonly a?: string;
      readonly b?: string;
      readonly cause: Cause;
    }
  /** Other bytes, of which no more can be told. */
  | { readonly kind: 'unread'; readonly place: Place; readonly why: string };

export type CauseKind =
  | 'time'
  | 'time zone'
  | 'embedded path'
  | 'order'
  | 'locale'
  | 'umask'
  | 'user'
  | 'cores'
  | 'random'
  | 'memory address'
  | 'R8 map id'
  | 'signature'
  | 'randomised signature'
  | 'dependency block'
  | 'packing'
  | 'compression level'
  | 'alignment'
  | 'PNG crunching'
  | 'line ends'
  | 'build id'
  | 'follows'
  | 'unknown';

/** Why something differs, in words that name the values. */
export interface Cause {
  readonly kind: CauseKind;
  readonly text: string;
}

/** A difference for people and documents: names and values can be shown. */
export interface Difference {
  readonly place: Place;
  /** What of it differs: `content`, `mtime`, `order of members`. */
  readonly field: string;
  readonly a?: string;
  readonly b?: string;
  /** `line 3, column 5`, `byte 8`. */
  readonly where?: string;
  readonly causes: readonly Cause[];
  /** One for each kind of cause, in their order. */
  readonly cures: readonly string[];
}
