import { DEFAULT_RESOURCES, DEFAULT_TIMEOUT_MS, type PlannedAction, treeFromFiles } from '../action/index.ts';
import { sha256 } from '../base/index.ts';
import { EMPTY_ENVIRONMENT, type Environment, ownCommand } from './environment.ts';
import type { LockedNodePackage, RuleContext } from './rule.ts';

/** npm's own chatter and look-outs have no place in a build without a network. */
const NPM_SETTINGS: Readonly<Record<string, string>> = {
  npm_config_audit: 'false',
  npm_config_cache: '/tmp/npm',
  npm_config_fund: 'false',
  npm_config_logs_max: '0',
  npm_config_offline: 'true',
  npm_config_update_notifier: 'false',
};

/**
 * The locked packages as `/w/node_modules`, unpacked once by an action that targets with equal packages share.
 * Writes into it are private to a step. Install scripts are never run.
 */
export function nodeEnvironment(
  context: Pick<RuleContext, 'ownCommand'>,
  packages: readonly LockedNodePackage[],
): Environment {
  if (packages.length === 0) return { ...EMPTY_ENVIRONMENT, env: NPM_SETTINGS };
  const action = unpackAction(context, packages);
  const tree = { kind: 'at', of: { kind: 'output', action: action.id }, path: 'node_modules' } as const;
  return {
    actions: [action],
    mounts: [{ at: '/w/node_modules', tree, access: 'scratch' }],
    path: ['/w/node_modules/.bin'],
    env: NPM_SETTINGS,
  };
}

function unpackAction(
  context: Pick<RuleContext, 'ownCommand'>,
  packages: readonly LockedNodePackage[],
): PlannedAction {
  const sorted = [...packages].sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
  const listing = sorted.map(({ path, digest }) => ({ path, tarball: `tarballs/${digest.hash}.tgz` }));
  const content = `${JSON.stringify(listing, undefined, 1)}\n`;
  const blobs = sorted.map(
    ({ digest }) => [`tarballs/${digest.hash}.tgz`, { digest, isExecutable: false }] as const,
  );
  const sizeBytes = sorted.reduce((sum, { digest }) => sum + digest.sizeBytes, 0);
  return {
    id: `environment:node:${sha256(content).slice(0, 16)}`,
    owner: undefined,
    mnemonic: 'NodeEnvironment',
    description: `unpack ${sorted.length} npm package${sorted.length === 1 ? '' : 's'}`,
    ...ownCommand(context, 'npm-unpack', ['packages.json']),
    env: {},
    work: {
      kind: 'merge',
      of: [
        { kind: 'literal', files: [{ path: 'packages.json', content, isExecutable: false }] },
        { kind: 'tree', tree: treeFromFiles(new Map(blobs)) },
      ],
    },
    outputs: ['node_modules'],
    network: false,
    timeoutMs: DEFAULT_TIMEOUT_MS,
    resources: { ...DEFAULT_RESOURCES, memoryBytes: Math.max(DEFAULT_RESOURCES.memoryBytes, sizeBytes) },
    staging: 'overlay',
    isCacheable: true,
  };
}
