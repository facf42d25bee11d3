import type { TreeExpression } from '../action/index.ts';
import { type Digest, formatDigest, formatLabel, type Label, sha256 } from '../base/index.ts';
import type { RuleContext, SourceView, Stamp } from '../rules/index.ts';

/**
 * What a rule asked for while it planned. The same answers give the same plan, so a target whose observations still
 * hold and whose needs export the same trees need not be planned at all.
 */
export interface Observations {
  /** Source folders by path, with the digest of their tree. */
  readonly folders: Record<string, string>;
  /** Digest of the stamp; absent when it was not looked at. */
  stamp?: string;
}

/** The context with every look-up written down. Everything else a rule can see is part of the surroundings' digest. */
export function observed(context: RuleContext, observations: Observations): RuleContext {
  const { settings, target } = context;
  const look = (directory: string, view: SourceView): SourceView => {
    observations.folders[directory] = formatDigest(view.digest);
    return view;
  };
  return {
    ...context,
    get sources(): SourceView {
      return look(target.directory, context.sources);
    },
    sourcesOf: (directory) => look(directory, context.sourcesOf(directory)),
    settings: {
      ...settings,
      get stamp(): Stamp {
        observations.stamp = stampDigest(settings.stamp);
        return settings.stamp;
      },
    },
  };
}

export function stampDigest(stamp: Stamp): string {
  return sha256(JSON.stringify(stamp));
}

export interface MemoKeyParts {
  /** Digest of all that rules share: program, configuration, lock, tools, variables. */
  readonly surroundings: string;
  /** What the target's actions see of the machine; absent where none does. */
  readonly machine: string | undefined;
  readonly spec: string;
  readonly needs: readonly (readonly [Label, Digest])[];
}

export function memoKey(parts: MemoKeyParts): string {
  const needs = parts.needs.map(([label, root]) => `${formatLabel(label)} ${root.hash}`);
  return sha256([parts.surroundings, parts.machine ?? 'no machine', parts.spec, ...needs].join('\n'));
}

/** A tree expression's text for the digest of a toolchain. */
export function toolchainText(tree: TreeExpression): string {
  return tree.kind === 'tree' ? formatDigest(tree.tree.digest) : JSON.stringify(tree);
}
