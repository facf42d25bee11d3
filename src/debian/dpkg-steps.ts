import type { PlannedStep } from './apt-output.ts';
import { type Paragraph, relationNames } from './control.ts';
import type { DpkgStep } from './model.ts';

/** Names that a package satisfies: its own and what it provides. */
function providers(control: ReadonlyMap<string, Paragraph>): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  for (const [name, paragraph] of control) {
    for (const each of new Set([name, ...relationNames(paragraph.get('provides')).flat()])) {
      found.set(each, [...(found.get(each) ?? []), name]);
    }
  }
  return found;
}

/**
 * By package, those of `control` that it depends on, sorted: of alternatives the first that is there, and of what several provide all
 * that do, unless one has the name.
 */
export function wantsOf(control: ReadonlyMap<string, Paragraph>): ReadonlyMap<string, readonly string[]> {
  const provided = providers(control);
  const meeting = (name: string): readonly string[] =>
    control.has(name) ? [name] : (provided.get(name) ?? []);
  return new Map(
    [...control].map(([name, paragraph]) => {
      const needs = ['depends', 'pre-depends'].flatMap((field) => relationNames(paragraph.get(field)));
      const met = needs.flatMap((names) => names.map(meeting).find((each) => each.length > 0) ?? []);
      return [name, [...new Set(met)].filter((each) => each !== name).sort()];
    }),
  );
}

/**
 * The essential ones of `control` and all that they need. Of alternatives every one counts that is there, so that the
 * set does not depend on which of them a resolver meant.
 */
export function bootstrapSet(control: ReadonlyMap<string, Paragraph>): readonly string[] {
  const provided = providers(control);
  const found = new Set<string>();
  const open = [...control].filter(([, each]) => each.get('essential') === 'yes').map(([name]) => name);
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    if (found.has(name)) continue;
    found.add(name);
    const paragraph = control.get(name);
    const needed = ['depends', 'pre-depends'].flatMap((field) => relationNames(paragraph?.get(field)).flat());
    open.push(...needed.flatMap((each) => provided.get(each) ?? []));
  }
  return [...found].sort();
}

/**
 * apt's plan in as few calls of dpkg as its order allows: the bootstrap set at once (its members need each other, and
 * their files are there before), then all others, parted only where a package is to be configured before another may
 * be unpacked (Pre-Depends).
 */
export function dpkgSteps(
  planned: readonly PlannedStep[],
  { control, bootstrap }: { control: ReadonlyMap<string, Paragraph>; bootstrap: readonly string[] },
): readonly DpkgStep[] {
  const first = new Set(bootstrap);
  const provided = providers(control);
  const steps: DpkgStep[] = [];
  let unpack: string[] = [];
  let configure: string[] = [];
  const flush = (): void => {
    if (unpack.length > 0) steps.push({ do: 'unpack', packages: unpack });
    if (configure.length > 0) steps.push({ do: 'configure', packages: configure });
    unpack = [];
    configure = [];
  };
  const phase = (isFirst: boolean): void => {
    for (const { do: doing, name } of planned) {
      if (first.has(name) !== isFirst) continue;
      if (doing === 'configure') configure.push(name);
      if (doing !== 'unpack') continue;
      const before = relationNames(control.get(name)?.get('pre-depends')).flat();
      const waiting = new Set(configure);
      if (!isFirst && before.some((each) => provided.get(each)?.some((one) => waiting.has(one)))) flush();
      unpack.push(name);
    }
    flush();
  };
  phase(true);
  phase(false);
  return steps;
}
