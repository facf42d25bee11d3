import {
  DEFAULT_RESOURCES,
  DEFAULT_TIMEOUT_MS,
  type PlannedAction,
  type TreeExpression,
} from '../action/index.ts';
import { formatLabel } from '../base/index.ts';
import { ownCommand } from './environment.ts';
import type { RuleContext } from './rule.ts';

export interface ArchiveOptions {
  /** Its name among the artifacts. */
  readonly name: string;
  readonly format: 'tar' | 'tar.gz' | 'tar.zst';
  readonly of: TreeExpression;
  /** A folder of the archive around everything. */
  readonly prefix?: string;
}

/** Packs a tree as `<name>.<format>`, the same bytes wherever and whenever it is done. */
export function archiveAction(
  context: Pick<RuleContext, 'target' | 'ownCommand'>,
  { name, format, of, prefix }: ArchiveOptions,
): PlannedAction {
  const { label } = context.target;
  const file = `${name}.${format}`;
  const around = prefix === undefined ? [] : ['--prefix', `${prefix}/`];
  return {
    id: `${formatLabel(label)}#pack:${name}`,
    owner: label,
    mnemonic: 'Archive',
    description: `pack ${file}`,
    ...ownCommand(context, 'archive', ['--format', format, '--out', file, ...around, 'content']),
    env: {},
    work: { kind: 'under', of, path: 'content' },
    outputs: [file],
    network: false,
    timeoutMs: DEFAULT_TIMEOUT_MS,
    resources: DEFAULT_RESOURCES,
    staging: 'overlay',
    isCacheable: true,
  };
}
