import {
  listTree,
  makeTree,
  type PlannedAction,
  type TreeExpression,
  treeFromFiles,
} from '../../action/index.ts';
import type { Diagnostic } from '../../base/index.ts';
import type { Located, PackageImageSpec } from '../../config/index.ts';
import type { NotBuilt } from '../../oci/index.ts';
import { CONTAINER_RUN, RUN_FILES, type RunWork } from '../container-run.ts';
import { noEmulation } from '../no-emulation.ts';
import { OWN_COMMANDS } from '../own-commands.ts';
import { notBuiltImage, type PlatformImage } from '../platform-images.ts';
import { refusedPlan } from '../refused-plan.ts';
import type { Architecture, LockedDeb, LockedRoot, RuleContext, RulePlan } from '../rule.ts';
import { taggedImage } from '../tagged-image.ts';
import { commonAction, IMAGE_CREATED_AT, LAYOUT, layersOf, writtenLayout } from '../untagged-image.ts';
import type { PackagesCode } from './diagnostics.ts';
import { CONTEXT, planText } from './package-plan.ts';
import { packageSet } from './package-set.ts';

type Context = RuleContext<PackageImageSpec>;

const PLAN = 'plan.json';
/** Where packages lie in a working folder, `<sha256>.deb`. */
const PACKAGES = 'packages';
/** The script that installs them, beside them. */
const SCRIPT = 'configure.sh';
/** Where a container has both, read-only. */
const MOUNTED_AT = '/run/mobileops';
const BOOTSTRAP = 'bootstrap';
const CONFIGURED = 'configured';

/** An image of packages becomes an OCI layout; see the head of this folder. */
export function packagesRule(context: Context): RulePlan {
  const diagnostics = missingFiles(context);
  const path = `docker/${context.target.label.name}.yaml`;
  if (diagnostics.length > 0) return refusedPlan(diagnostics);
  const images = context.settings.architectures.map((each) => imageFor(context, each));
  const plan = taggedImage(context, images, path);
  return plan.ok ? { ...plan.value, diagnostics } : refusedPlan([plan.failure]);
}

function sourcesOf({ spec }: Context): Located<string>[] {
  return spec.paths.flatMap((each) => (each.type === 'file' ? [each.source] : []));
}

function missingFiles(context: Context): Diagnostic[] {
  const known = new Set(context.sources.paths);
  return sourcesOf(context)
    .filter(({ value }) => !known.has(value))
    .map(({ value, span }) => ({
      code: 'packages/no-file' satisfies PackagesCode,
      severity: 'error',
      message: `there is no file ${value} among the sources`,
      hint: 'is it ignored by git, or a folder?',
      span,
    }));
}

/** What the actions of an image for one platform share. */
interface Made {
  readonly context: Context;
  readonly architecture: Architecture;
  readonly root: LockedRoot;
  /** Of their names: empty for the machine's own platform. */
  readonly prefix: string;
}

function imageFor(context: Context, architecture: Architecture): PlatformImage {
  const { spec, settings, locked, runnable } = context;
  const isOwn = architecture === settings.architecture;
  // Where the machine's own is not locked, others tell.
  const root =
    locked.roots?.[architecture] ??
    (isOwn ? { ...packageSet(spec, architecture), locked: [], bootstrap: [], steps: [] } : undefined);
  // With a lock alone it would not be built either.
  if (spec.scripts === 'run' && !isOwn && !runnable.has(architecture))
    return notBuiltImage(architecture, noEmulation(architecture));
  if (!root) return notBuiltImage(architecture, notLocked(architecture));
  const made: Made = { context, architecture, root, prefix: isOwn ? '' : `${architecture}-` };
  return spec.scripts === 'none' ? leafImage(made) : configuredImage(made);
}

function notLocked(architecture: Architecture): NotBuilt {
  const hint = 'mobileops deps lock locks them where the mirror has them';
  return { reason: `its packages are not locked for ${architecture}`, hint };
}

function commonOf({ architecture }: Made) {
  return { architecture, createdAt: IMAGE_CREATED_AT };
}

function nameOf({ context, prefix, architecture }: Made): string {
  const { name } = context.target.label;
  return prefix === '' ? name : `${name} for ${architecture}`;
}

function leafImage(made: Made): PlatformImage {
  const { context, architecture, root } = made;
  const action = packagesAction(made, 'unpack', {
    description: `Unpack the packages of image ${nameOf(made)}`,
    plan: planText(commonOf(made), { root, finish: context.spec }),
    args: ['leaf', ...unpackArguments],
    work: [packageFiles(root.locked), ...contextFiles(context)],
    outputs: [LAYOUT],
  });
  return { architecture, actions: [action], layout: writtenLayout(action.id, []) };
}

const unpackArguments = ['--plan', PLAN, '--packages', PACKAGES, '--out', LAYOUT];

function configuredImage(made: Made): PlatformImage {
  const { context, architecture, root } = made;
  const name = nameOf(made);
  const essential = new Set(root.bootstrap);
  const bootstrap = packagesAction(made, BOOTSTRAP, {
    description: `Unpack the essential packages of image ${name}`,
    plan: planText(commonOf(made), { root }),
    args: ['bootstrap', ...unpackArguments, '--script', SCRIPT, '--mounted-at', MOUNTED_AT],
    work: [packageFiles(root.locked.filter((each) => essential.has(each.name)))],
    outputs: [LAYOUT, SCRIPT],
  });
  const first = writtenLayout(bootstrap.id, []);
  const configure = configureAction(made, bootstrap, first);
  const run: TreeExpression = { kind: 'output', action: configure.id };
  const finish = packagesAction(made, 'finish', {
    description: `Finish image ${name}`,
    plan: planText(commonOf(made), { finish: context.spec }),
    args: [
      ...['finish', '--plan', PLAN, '--base', BOOTSTRAP, '--out', LAYOUT],
      ...['--run', `${CONFIGURED}/${RUN_FILES.layer}`],
    ],
    work: [
      { kind: 'under', of: first, path: BOOTSTRAP },
      { kind: 'under', of: run, path: CONFIGURED },
      ...contextFiles(context),
    ],
    outputs: [LAYOUT],
  });
  const layout = writtenLayout(finish.id, [layersOf(first)]);
  return { architecture, actions: [bootstrap, configure, finish], layout };
}

/** The layout of the first packages states the environment that maintainer scripts run with. */
function configureAction(made: Made, bootstrap: PlannedAction, layout: TreeExpression): PlannedAction {
  const { context, root, prefix } = made;
  const work: RunWork = {
    run: {
      command: { form: 'exec', argv: ['/bin/sh', `${MOUNTED_AT}/${SCRIPT}`] },
      mounts: [
        {
          fields: [
            ['type', 'bind'],
            ['target', MOUNTED_AT],
            ['source', '/'],
          ],
          origin: { from: 'folder', path: PACKAGES },
        },
      ],
      network: 'none',
    },
    scope: { escape: '\\', buildArgs: {}, globalArgs: {} },
    base: { kind: 'layout', path: BOOTSTRAP },
    before: [],
    layers: [],
  };
  const script: TreeExpression = {
    kind: 'filter',
    of: { kind: 'output', action: bootstrap.id },
    include: [SCRIPT],
  };
  return {
    ...commonAction(context, `${prefix}configure`),
    mnemonic: 'Run',
    description: `Run the maintainer scripts of image ${nameOf(made)}`,
    work: {
      kind: 'merge',
      of: [
        literal(RUN_FILES.work, JSON.stringify(work)),
        { kind: 'under', of: layout, path: BOOTSTRAP },
        packageFiles(root.locked),
        { kind: 'under', of: script, path: PACKAGES },
      ],
    },
    outputs: [''],
    argv: CONTAINER_RUN,
    mounts: [],
    network: false,
    container: true,
  };
}

function packagesAction(
  { context, prefix }: Made,
  id: string,
  own: Pick<PlannedAction, 'description' | 'outputs'> & {
    readonly plan: string;
    readonly args: readonly string[];
    readonly work: readonly TreeExpression[];
  },
): PlannedAction {
  const { description, outputs, plan, args, work } = own;
  return {
    ...commonAction(context, prefix + id),
    mnemonic: 'Image',
    description,
    // Packages are expanded by xz.
    env: { PATH: '/usr/bin:/bin' },
    callsMachine: true,
    work: { kind: 'merge', of: [literal(PLAN, plan), ...work] },
    outputs,
    ...context.ownCommand('image-packages', OWN_COMMANDS['image-packages'], args),
    network: false,
  };
}

function literal(path: string, content: string): TreeExpression {
  return { kind: 'literal', files: [{ path, content, isExecutable: false }] };
}

/** The store has them since they were fetched. */
function packageFiles(packages: readonly LockedDeb[]): TreeExpression {
  const files = packages.map(({ sha256: hash, sizeBytes }) => ({
    name: `${hash}.deb`,
    digest: { hash, sizeBytes },
    isExecutable: false,
  }));
  return { kind: 'under', of: { kind: 'tree', tree: makeTree({ files }) }, path: PACKAGES };
}

function contextFiles(context: Context): TreeExpression[] {
  const wanted = new Set(sourcesOf(context).map(({ value }) => value));
  if (wanted.size === 0) return [];
  const files = listTree(context.sources.tree).flatMap((each) =>
    'digest' in each && wanted.has(each.path)
      ? [[each.path, { digest: each.digest, isExecutable: false }] as const]
      : [],
  );
  return [{ kind: 'under', of: { kind: 'tree', tree: treeFromFiles(new Map(files)) }, path: CONTEXT }];
}
