import type { PlannedAction, TreeExpression } from '../../action/index.ts';
import { type Diagnostic, hasErrors } from '../../base/index.ts';
import type { MobileSpec } from '../../config/index.ts';
import {
  EMPTY_ENVIRONMENT,
  type Environment,
  joinEnvironments,
  ownCommand,
  toolEnvironment,
} from '../environment.ts';
import { nodeEnvironment } from '../environment-node.ts';
import { inputSources } from '../input-sources.ts';
import type { OwnCommandName } from '../own-commands.ts';
import { requirementsOf } from '../requirements.ts';
import { DIST_CLASS, type Rule, type RuleContext, type RulePlan } from '../rule.ts';
import { stepAction } from '../step.ts';
import { cleanPath } from '../tree-parts.ts';
import { packageTest } from './package-test.ts';
import { checkedPackage, type WebPackage } from './web-package.ts';

/**
 * A progressive web app: its own build, then our checks on what it made: a manifest that can be installed and a
 * service worker that works offline. The result is the site, with `index.html` at its top.
 */
export const pwaRule: Rule<MobileSpec> = (context) => {
  const { spec, target } = context;
  const web = { script: spec.web?.script ?? 'build', output: cleanPath(spec.web?.output ?? 'dist') };
  const checked = checkedPackage(context, web.script);
  const diagnostics = [...checked.diagnostics, ...unsupported(context)];
  if (!checked.value || hasErrors(diagnostics)) return refused(diagnostics);
  const environment = environmentOf(context, checked.value);
  const build = buildAction(context, web.script, environment);
  const built: TreeExpression = { kind: 'output', action: build.id };
  const manifest = manifestAction(context, { kind: 'at', of: built, path: web.output });
  const worker = siteAction(context, {
    command: 'service-worker',
    args: [],
    work: { kind: 'output', action: manifest.id },
  });
  const site: TreeExpression = { kind: 'at', of: { kind: 'output', action: worker.id }, path: 'site' };
  const path = `${DIST_CLASS.app}/${target.label.name}`;
  return {
    actions: [...environment.actions, build, manifest, worker],
    tests: packageTest(context, checked.value, { built, environment }),
    artifacts: [{ name: target.label.name, type: 'mobile', path, tree: site, isFile: false }],
    exports: site,
    diagnostics,
  };
};

function environmentOf(context: RuleContext<MobileSpec>, { usesPackages }: WebPackage): Environment {
  const { tools } = requirementsOf(context.target, context.sources, {
    imagePrefix: context.configuration.imagePrefix,
    architecture: context.settings.architecture,
  });
  const packages = usesPackages ? context.locked.node : [];
  return joinEnvironments([nodeEnvironment(context, packages), toolEnvironment(context, tools)]);
}

function buildAction(
  context: RuleContext<MobileSpec>,
  script: string,
  environment: Environment,
): PlannedAction {
  return stepAction(context, {
    name: 'build',
    mnemonic: 'WebBuild',
    description: `npm run ${script}`,
    argv: ['npm', 'run', '--silent', script],
    work: { kind: 'tree', tree: inputSources(context).tree },
    environment,
  });
}

/** The manifest with what `manifest:` of the declaration adds. */
function manifestAction(context: RuleContext<MobileSpec>, built: TreeExpression): PlannedAction {
  const site: TreeExpression = { kind: 'under', of: built, path: 'site' };
  const { manifest } = context.spec;
  if (!manifest) return siteAction(context, { command: 'web-manifest', args: [], work: site });
  const content = `${JSON.stringify(manifest, undefined, 2)}\n`;
  const extra: TreeExpression = {
    kind: 'literal',
    files: [{ path: 'manifest.json', content, isExecutable: false }],
  };
  const args = ['--extra', 'manifest.json'];
  return siteAction(context, { command: 'web-manifest', args, work: { kind: 'merge', of: [site, extra] } });
}

function siteAction(
  context: RuleContext<MobileSpec>,
  options: {
    readonly command: OwnCommandName & ('web-manifest' | 'service-worker');
    readonly args: readonly string[];
    readonly work: TreeExpression;
  },
): PlannedAction {
  const { argv, programs, mounts } = ownCommand(context, options.command, [...options.args, 'site']);
  const isManifest = options.command === 'web-manifest';
  const { target } = context;
  const action = stepAction(
    {
      target: { ...target, needs: [] },
      spec: plainSettings(context.spec),
      settings: context.settings,
      dependency: context.dependency,
    },
    {
      name: options.command,
      mnemonic: isManifest ? 'WebManifest' : 'ServiceWorker',
      description: isManifest ? 'check the web app manifest' : 'make the service worker',
      argv,
      work: options.work,
      environment: { ...EMPTY_ENVIRONMENT, mounts },
      outputs: ['site'],
    },
  );
  return { ...action, ...(programs ? { programs } : {}) };
}

/** What the app says of its own build is not meant for our commands. */
function plainSettings({ resources: _, timeoutMs: __, ...spec }: MobileSpec): MobileSpec {
  return { ...spec, env: {}, network: false, stamp: false, cache: true };
}

function unsupported({ spec, target }: RuleContext<MobileSpec>): Diagnostic[] {
  const keys = (['android', 'site', 'outputs'] as const).filter((key) => spec[key] !== undefined);
  return keys.map((key) => ({
    code: 'pwa/not-supported',
    severity: 'error',
    message: `\`${key}\` has no meaning for a web app`,
    hint:
      key === 'outputs'
        ? 'the site is what leaves it: `web.output`'
        : 'use `platform: hybrid`, or leave it out',
    ...(spec.site && key === 'site' ? { span: spec.site.span } : { path: `${target.directory}/build.yaml` }),
    cause: 'input',
  }));
}

function refused(diagnostics: readonly Diagnostic[]): RulePlan {
  return { actions: [], tests: [], artifacts: [], exports: { kind: 'merge', of: [] }, diagnostics };
}
