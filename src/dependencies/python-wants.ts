import type { Pylock, PylockPackage } from './pylock.ts';

/** `name==version ; marker  # via asker, -r requirements.in`. */
const LINE = /^([A-Za-z0-9][\w.-]*)==([^\s;]+)\s*(?:;[^#]*)?(?:#\s*via\s+(.*))?$/;

/**
 * Adds who wants what, as uv's comments tell it, to what it resolved. Where they tell of other versions than those (they are of a
 * second run), nothing is added: it is not known.
 */
export function withWants(lock: Pylock, annotated: string): Pylock {
  const askers = new Map<string, Set<string>>();
  const told = new Set<string>();
  for (const line of annotated.split('\n')) {
    const [, name, version, via = ''] = LINE.exec(line.trim()) ?? [];
    if (name === undefined) continue;
    told.add(`${name}==${version}`);
    const known = askers.get(name) ?? new Set();
    for (const asker of via.split(/,\s+/)) known.add(asker);
    askers.set(name, known);
  }
  if (!lock.packages.every(({ name, version }) => told.has(`${name}==${version}`))) return lock;
  return { packages: lock.packages.map((each) => ({ ...each, ...wantingOf(each, askers) })) };
}

function wantingOf(
  { name }: PylockPackage,
  askers: ReadonlyMap<string, ReadonlySet<string>>,
): Pick<PylockPackage, 'wants' | 'isAsked'> {
  const wants = [...askers].filter(([, by]) => by.has(name)).map(([wanted]) => wanted);
  const isAsked = [...(askers.get(name) ?? [])].some((asker) => asker.startsWith('-r '));
  return { wants: wants.sort(), ...(isAsked ? { isAsked } : {}) };
}
