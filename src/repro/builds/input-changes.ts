/** What the key of an action was made of, as the build that made it wrote it down. */
export interface InputRecord {
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly trees: Readonly<Record<string, { readonly root: string }>>;
  readonly salt: string;
  readonly settings: Readonly<Record<string, string>>;
}

/** What two builds asked of one action differently, in words; never empty. */
export function inputChanges(a: InputRecord | undefined, b: InputRecord | undefined): string[] {
  if (!a || !b) return ['what it was asked for is not written down'];
  const found = [
    ...(a.argv.join('\0') === b.argv.join('\0') ? [] : ['its command is another']),
    ...changedNames(a.env, b.env).map((name) => `its variable ${name} is another`),
    ...changedNames(a.settings, b.settings).map((name) => `its ${name} is another`),
    ...changedNames(rootsOf(a), rootsOf(b)).map((at) => `what it sees at ${at} is another`),
    ...(a.salt === b.salt ? [] : ['what the sandbox shows of this machine is not the same']),
  ];
  return found.length > 0 ? found : ['something in its key that is not written down'];
}

function rootsOf({ trees }: InputRecord): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(trees).map(([at, { root }]) => [at, root]));
}

function changedNames(a: Readonly<Record<string, string>>, b: Readonly<Record<string, string>>): string[] {
  return [...new Set([...Object.keys(a), ...Object.keys(b)])].filter((name) => a[name] !== b[name]).sort();
}
