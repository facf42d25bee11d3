/** What kind of thing a label names; also the class folder of its artifacts. */
export type TargetKind = 'scripts' | 'component' | 'image' | 'app';

/** Names a target of the workspace: `component:ai-core`, `image:base`, `app:hybrid`, `scripts`. */
export interface Label {
  readonly kind: TargetKind;
  /** The target's name; `scripts` for the one target of kind `scripts`. */
  readonly name: string;
}

export const TARGET_KINDS: readonly TargetKind[] = ['scripts', 'component', 'image', 'app'];

/** Names are file names too: they start with a letter or digit and hold no separator. */
const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/;

export function isTargetName(name: string): boolean {
  return NAME.test(name);
}

export function formatLabel(label: Label): string {
  return label.kind === 'scripts' ? 'scripts' : `${label.kind}:${label.name}`;
}

/** Reads a full label; `undefined` for a bare name or a malformed text. */
export function parseLabel(text: string): Label | undefined {
  if (text === 'scripts') return { kind: 'scripts', name: 'scripts' };
  const colon = text.indexOf(':');
  const kind = TARGET_KINDS.find((known) => known === text.slice(0, colon));
  const name = text.slice(colon + 1);
  if (colon < 0 || kind === undefined || kind === 'scripts' || !isTargetName(name)) return undefined;
  return { kind, name };
}
