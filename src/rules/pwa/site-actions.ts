import type { LiteralFile, PlannedAction, TreeExpression } from '../../action/index.ts';
import type { IconSettings, MobileSpec } from '../../config/index.ts';
import { EMPTY_ENVIRONMENT, joinEnvironments, ownCommand } from '../environment.ts';
import { OWN_COMMANDS, type OwnCommandName } from '../own-commands.ts';
import type { PlannedTest, RuleContext } from '../rule.ts';
import { stepAction } from '../step.ts';
import type { Associations } from './association-actions.ts';

type Context = RuleContext<MobileSpec>;

/** What our commands make of a built site; the last action's `site` is the result. */
export function siteActions(context: Context, built: TreeExpression, apps: Associations): PlannedAction[] {
  const icon = context.spec.web?.icon;
  const icons = icon ? [iconsAction(context, icon)] : [];
  const steps = [
    manifestStep(context, icons[0]),
    ...policySteps(context),
    ...associationSteps(apps),
    workerStep(context),
  ];
  const finish = siteAction(context, {
    command: 'in-turn',
    mnemonic: 'FinishSite',
    description: `finish the site: ${steps.map(({ what }) => what).join(', ')}`,
    args: steps.flatMap(({ command, args }, index) => [
      ...(index === 0 ? [] : ['--then']),
      ...[command, `v${OWN_COMMANDS[command]}`, ...args, 'site'],
    ]),
    work: {
      kind: 'merge',
      of: [{ kind: 'under', of: built, path: 'site' }, ...steps.flatMap(({ reads }) => reads)],
    },
  });
  return [...icons, finish];
}

/** A command that changes the site where it lies. Each takes a tenth of a second, most of which is its start. */
interface FinishStep {
  readonly what: string;
  readonly command: OwnCommandName;
  readonly args: readonly string[];
  /** Beside the site. */
  readonly reads: readonly TreeExpression[];
}

/** Needs the drawing alone, so that another site does not draw it again. */
function iconsAction(context: Context, { source, background, inset }: IconSettings): PlannedAction {
  const { mounts, files } = context.toolchain('resvg');
  const options = ['--renderer', files.folder ?? '/tools/resvg', '--background', background];
  return siteAction(context, {
    command: 'web-icons',
    mnemonic: 'WebIcons',
    description: 'draw the icons',
    args: [...options, '--inset', String(inset), source.value, 'icons'],
    work: { kind: 'filter', of: { kind: 'tree', tree: context.sources.tree }, include: [source.value] },
    mounts,
    outputs: ['icons'],
  });
}

/** The manifest with what `manifest:` of the declaration adds. */
function manifestStep({ spec: { manifest } }: Context, icons: PlannedAction | undefined): FinishStep {
  const reads: TreeExpression[] = [];
  const args: string[] = [];
  if (manifest) {
    reads.push(literal('manifest.json', `${JSON.stringify(manifest, undefined, 2)}\n`));
    args.push('--extra', 'manifest.json');
  }
  if (icons) {
    reads.push({ kind: 'output', action: icons.id });
    args.push('--icons', 'icons');
  }
  return { what: 'manifest', command: 'web-manifest', args, reads };
}

function policySteps({ spec }: Context): FinishStep[] {
  const policy = spec.web?.contentSecurityPolicy;
  if (!policy) return [];
  const reads = [literal('policy.json', JSON.stringify(policy))];
  return [
    { what: 'content security policy', command: 'content-policy', args: ['--extra', 'policy.json'], reads },
  ];
}

/** What lets native apps open the site's addresses. */
function associationSteps({ stated, stores }: Associations): FinishStep[] {
  if (stated.android.length + stated.ios.length === 0) return [];
  const reads = [literal('apps.json', JSON.stringify(stated)), ...stores];
  return [
    { what: 'apps that may show it', command: 'site-associations', args: ['--apps', 'apps.json'], reads },
  ];
}

/** Comes last: it knows every file by its hash. */
function workerStep({ spec }: Context): FinishStep {
  const offlinePage = spec.web?.offlinePage;
  const args = offlinePage === undefined ? [] : ['--offline', offlinePage];
  return { what: 'service worker', command: 'service-worker', args, reads: [] };
}

/** The site in a browser, where the machine has one: reported as tests are, with pictures of its start page. */
export function browserTest(context: Context, site: TreeExpression): PlannedTest {
  const action = siteAction(context, {
    command: 'web-check',
    mnemonic: 'BrowserTest',
    description: 'install, start offline and show the site in Chromium',
    args: ['site', 'out'],
    work: { kind: 'under', of: site, path: 'site' },
    outputs: ['out'],
  });
  const test = { category: 'integration', junit: 'out/junit.xml', keeps: 'out/screenshots' } as const;
  return { ...test, action: { ...action, callsMachine: true } };
}

function literal(path: string, content: string): TreeExpression {
  const file: LiteralFile = { path, content, isExecutable: false };
  return { kind: 'literal', files: [file] };
}

interface SiteStep {
  readonly command: OwnCommandName;
  readonly mnemonic: string;
  readonly description: string;
  readonly args: readonly string[];
  readonly work: TreeExpression;
  /** Of tools that the command calls. */
  readonly mounts?: PlannedAction['mounts'];
  /** `site` unless told. */
  readonly outputs?: readonly string[];
}

function siteAction(context: Context, step: SiteStep): PlannedAction {
  const { command, args, mounts = [], outputs = ['site'], ...rest } = step;
  const own = ownCommand(context, command, args);
  const environment = joinEnvironments([{ ...EMPTY_ENVIRONMENT, mounts: [...own.mounts, ...mounts] }]);
  const action = stepAction(
    {
      target: { ...context.target, needs: [] },
      spec: plainSettings(context.spec),
      settings: context.settings,
      dependency: context.dependency,
    },
    { name: command, argv: own.argv, environment, outputs, ...rest },
  );
  return { ...action, ...(own.programs ? { programs: own.programs } : {}) };
}

/** What the app says of its own build is not meant for our commands. */
function plainSettings({ resources: _, timeoutMs: __, ...spec }: MobileSpec): MobileSpec {
  return { ...spec, env: {}, network: false, stamp: false, cache: true };
}
