import {
  DEFAULT_RESOURCES,
  DEFAULT_TIMEOUT_MS,
  type PlannedAction,
  type TreeExpression,
  treeFromFiles,
} from '../action/index.ts';
import { ownCommand } from './environment.ts';
import type { LockedLibrary, RuleContext } from './rule.ts';

/** A locked library as a folder. */
export interface AndroidLibrary {
  /** `group:artifact:version`. */
  readonly coordinate: string;
  /** A name of its own among the libraries of an app: `com.squareup.okhttp3_okhttp_4.12.0`. */
  readonly folder: string;
  readonly locked: LockedLibrary;
  /** Its jars in the folder, the main one first: `classes.jar`, `libs/extra.jar`; none where it has only resources. */
  readonly jars: readonly string[];
  /** `classes.jar`; of an AAR also `AndroidManifest.xml` and whatever `locked.aar.parts` names. */
  readonly tree: TreeExpression;
}

export interface AndroidLibraries {
  /** In the order of the class paths: who asks stands before what it asks for. */
  readonly libraries: readonly AndroidLibrary[];
  /** They unpack the AARs, each once for all apps that take it. */
  readonly actions: readonly PlannedAction[];
}

/** The libraries that an app of this target has locked. */
export function androidLibraries(context: Pick<RuleContext, 'locked' | 'ownCommand'>): AndroidLibraries {
  const actions: PlannedAction[] = [];
  const libraries = (context.locked.maven ?? []).map((locked): AndroidLibrary => {
    const { name, version, digest, aar } = locked;
    const of = { coordinate: `${name}:${version}`, folder: `${name.replace(':', '_')}_${version}`, locked };
    if (!aar) {
      const jar = treeFromFiles(new Map([['classes.jar', { digest, isExecutable: false }]]));
      return { ...of, jars: ['classes.jar'], tree: { kind: 'tree', tree: jar } };
    }
    const action = unpack(context, locked);
    actions.push(action);
    const tree = { kind: 'at', of: { kind: 'output', action: action.id }, path: 'library' } as const;
    return { ...of, jars: aar.parts.filter((part) => part.endsWith('.jar')), tree };
  });
  return { libraries, actions };
}

function unpack(context: Pick<RuleContext, 'ownCommand'>, locked: LockedLibrary): PlannedAction {
  const { file, digest } = locked;
  const work = treeFromFiles(new Map([['library.aar', { digest, isExecutable: false }]]));
  return {
    id: `library:${digest.hash.slice(0, 16)}`,
    owner: undefined,
    mnemonic: 'AarUnpack',
    description: `unpack ${file}`,
    ...ownCommand(context, 'aar-unpack', ['library.aar', 'library']),
    env: {},
    work: { kind: 'tree', tree: work },
    outputs: ['library'],
    network: false,
    timeoutMs: DEFAULT_TIMEOUT_MS,
    resources: {
      ...DEFAULT_RESOURCES,
      memoryBytes: Math.max(DEFAULT_RESOURCES.memoryBytes, 4 * digest.sizeBytes),
    },
    staging: 'overlay',
    isCacheable: true,
  };
}
