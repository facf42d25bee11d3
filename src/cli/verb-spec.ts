/** What a flag's text is read as; `switch` takes none. */
export type FlagKind = 'switch' | 'text' | 'count' | 'duration' | 'size' | 'choice';

export interface FlagSpec {
  /** Long form without dashes. */
  readonly name: string;
  readonly short?: string;
  readonly kind: FlagKind;
  /** What stands for the value in the help: `FILE`. */
  readonly metavar?: string;
  readonly choices?: readonly string[];
  /** It may stand several times. */
  readonly isRepeatable?: boolean;
  /** Of a duration or a count: 0 has a meaning. */
  readonly mayBeZero?: boolean;
  readonly description: string;
}

export interface PositionalSpec {
  readonly name: string;
  /** It names targets, which shells can complete. */
  readonly isTarget?: boolean;
  /** It names images, in files or of the workspace. */
  readonly isImage?: boolean;
  readonly minimum: number;
  readonly maximum: number;
  readonly description: string;
}

/** A verb as data: enough to parse, to help and to complete apart from what carries it out. */
export interface VerbSpec {
  /** One word, or two: `deps lock`. */
  readonly name: string;
  readonly summary: string;
  readonly positionals: readonly PositionalSpec[];
  readonly flags: readonly FlagSpec[];
  readonly examples: readonly (readonly [command: string, meaning: string])[];
}

/** Flags that every verb has. */
export const COMMON_FLAGS: readonly FlagSpec[] = [
  {
    name: 'workspace',
    short: 'C',
    kind: 'text',
    metavar: 'FOLDER',
    description: 'the workspace, or a folder in it (default: here)',
  },
  { name: 'json', kind: 'switch', description: 'one JSON document on standard output (version 1)' },
  { name: 'quiet', short: 'q', kind: 'switch', description: 'problems and results only' },
  { name: 'no-color', kind: 'switch', description: 'no colours (also NO_COLOR)' },
  { name: 'help', short: 'h', kind: 'switch', description: 'this help' },
];
