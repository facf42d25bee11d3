import type { LiteralFile, PlannedAction, TreeExpression } from '../../action/index.ts';
import type { IconSettings, MobileSpec } from '../../config/index.ts';
import { EMPTY_ENVIRONMENT, joinEnvironments, ownCommand } from '../environment.ts';
import type { OwnCommandName } from '../own-commands.ts';
import type { PlannedTest, RuleContext } from '../rule.ts';
import { stepAction } from '../step.ts';
import type { Associations } from './association-actions.ts';

type Context = RuleContext<MobileSpec>;

/** What our commands make of a built site; the last action's `site` is the result. */
export function siteActions(context: Context, built: TreeExpression, apps: Associations): PlannedAction[] {
  const icon = context.spec.web?.icon;
  const icons = icon ? [iconsAction(context, icon)] : [];
  const manifest = manifestAction(context, { built, icons: icons[0] });
  const policy = policyActions(context, manifest);
  const associated = associationActions(context, policy[0] ?? manifest, apps);
  const before = associated.at(-1) ?? policy[0] ?? manifest;
  return [...icons, manifest, ...policy, ...associated, workerAction(context, before)];
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
function manifestAction(
  context: Context,
  { built, icons }: { readonly built: TreeExpression; readonly icons: PlannedAction | undefined },
): PlannedAction {
  const { manifest } = context.spec;
  const parts: TreeExpression[] = [{ kind: 'under', of: built, path: 'site' }];
  const args: string[] = [];
  if (manifest) {
    parts.push(literal('manifest.json', `${JSON.stringify(manifest, undefined, 2)}\n`));
    args.push('--extra', 'manifest.json');
  }
  if (icons) {
    parts.push({ kind: 'output', action: icons.id });
    args.push('--icons', 'icons');
  }
  return siteAction(context, {
    command: 'web-manifest',
    mnemonic: 'WebManifest',
    description: 'check the web app manifest',
    args: [...args, 'site'],
    work: parts.length === 1 ? parts[0]! : { kind: 'merge', of: parts },
  });
}

function policyActions(context: Context, before: PlannedAction): PlannedAction[] {
  const policy = context.spec.web?.contentSecurityPolicy;
  if (!policy) return [];
  const site: TreeExpression = { kind: 'output', action: before.id };
  return [
    siteAction(context, {
      command: 'content-policy',
      mnemonic: 'ContentPolicy',
      description: 'make the content security policy',
      args: ['--extra', 'policy.json', 'site'],
      work: { kind: 'merge', of: [site, literal('policy.json', JSON.stringify(policy))] },
    }),
  ];
}

/** What lets native apps open the site's addresses. */
function associationActions(
  context: Context,
  before: PlannedAction,
  { stated, stores }: Associations,
): PlannedAction[] {
  if (stated.android.length + stated.ios.length === 0) return [];
  const site: TreeExpression = { kind: 'output', action: before.id };
  const action = siteAction(context, {
    command: 'site-associations',
    mnemonic: 'SiteAssociations',
    description: 'name the apps that may show the site',
    args: ['--apps', 'apps.json', 'site'],
    work: { kind: 'merge', of: [site, literal('apps.json', JSON.stringify(stated)), ...stores] },
  });
  return [action];
}

/** Comes last: it knows every file by its hash. */
function workerAction(context: Context, before: PlannedAction): PlannedAction {
  const offlinePage = context.spec.web?.offlinePage;
  return siteAction(context, {
    command: 'service-worker',
    mnemonic: 'ServiceWorker',
    description: 'make the service worker',
    args: [...(offlinePage === undefined ? [] : ['--offline', offlinePage]), 'site'],
    work: { kind: 'output', action: before.id },
  });
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
