import type { PlannedAction, TreeExpression } from '../../action/index.ts';
import { type Diagnostic, hasErrors } from '../../base/index.ts';
import type { MobileSpec } from '../../config/index.ts';
import { type Environment, joinEnvironments, toolEnvironment } from '../environment.ts';
import { nodeEnvironment } from '../environment-node.ts';
import { inputSources } from '../input-sources.ts';
import { refusedPlan } from '../refused-plan.ts';
import { requirementsOf } from '../requirements.ts';
import { type DeclaredArtifact, DIST_CLASS, type Rule, type RuleContext } from '../rule.ts';
import { stepAction } from '../step.ts';
import { cleanPath } from '../tree-parts.ts';
import { associations } from './association-actions.ts';
import { bridgeModule } from './bridge-module.ts';
import { packageTest } from './package-test.ts';
import { browserTest, siteActions } from './site-actions.ts';
import { checkedPackage, type WebPackage } from './web-package.ts';

/**
 * A progressive web app: its own build, then our checks on what it made: a manifest that can be installed and a
 * service worker that works offline. The result is the site, with `index.html` at its top.
 */
export const pwaRule: Rule<MobileSpec> = (context) => {
  const { spec, target } = context;
  const web = { script: spec.web?.script ?? 'build', output: cleanPath(spec.web?.output ?? 'dist') };
  const checked = checkedPackage(context, web.script);
  const apps = associations(context);
  const diagnostics = [
    ...checked.diagnostics,
    ...unsupported(context),
    ...missingIcon(context),
    ...staleBridge(context),
    ...apps.diagnostics,
  ];
  if (!checked.value || hasErrors(diagnostics)) return refusedPlan(diagnostics);
  const environment = environmentOf(context, checked.value);
  const build = buildAction(context, web.script, environment);
  const built: TreeExpression = { kind: 'output', action: build.id };
  const made = siteActions(context, { kind: 'at', of: built, path: web.output }, apps);
  const site: TreeExpression = { kind: 'at', of: { kind: 'output', action: made.at(-1)!.id }, path: 'site' };
  const path = `${DIST_CLASS.app}/${target.label.name}`;
  return {
    actions: [...environment.actions, build, ...made],
    tests: [...packageTest(context, checked.value, { built, environment }), browserTest(context, site)],
    artifacts: [
      { name: target.label.name, type: 'mobile', path, tree: site, isFile: false },
      ...bridgeArtifact(context),
    ],
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
    work: withBridge(context, { kind: 'tree', tree: inputSources(context).tree }),
    environment,
  });
}

/** The sources with the module that calls the hybrid app. */
function withBridge({ spec }: RuleContext<MobileSpec>, sources: TreeExpression): TreeExpression {
  const bridge = spec.web?.bridge;
  if (!bridge) return sources;
  const file = { path: bridge.module, content: bridgeModule(bridge.methods), isExecutable: false };
  const others: TreeExpression = { kind: 'filter', of: sources, exclude: [bridge.module] };
  return { kind: 'merge', of: [others, { kind: 'literal', files: [file] }] };
}

/** The module for whoever writes the site, since sources are never written. */
function bridgeArtifact({ spec, target }: RuleContext<MobileSpec>): DeclaredArtifact[] {
  const bridge = spec.web?.bridge;
  if (!bridge) return [];
  const name = `${target.label.name}-bridge`;
  const path = bridge.module.split('/').at(-1)!;
  const files = [{ path, content: bridgeModule(bridge.methods), isExecutable: false }];
  const place = `${DIST_CLASS.app}/${name}`;
  return [{ name, type: 'data', path: place, tree: { kind: 'literal', files }, isFile: false }];
}

/** A copy of the module that an editor sees may lie in the sources, if it is the one that is built with. */
function staleBridge({ spec, sources, target }: RuleContext<MobileSpec>): Diagnostic[] {
  const bridge = spec.web?.bridge;
  const text = bridge && sources.readText(bridge.module);
  if (!bridge || text === undefined || text === bridgeModule(bridge.methods)) return [];
  return [
    {
      code: 'pwa/stale-bridge',
      severity: 'error',
      message: `${bridge.module} is not what \`web.bridge\` gives`,
      hint: `take the one in dist/${DIST_CLASS.app}/${target.label.name}-bridge, or let git ignore the file`,
      path: `${target.directory}/${bridge.module}`,
      cause: 'input',
    },
  ];
}

function missingIcon({ spec, sources }: RuleContext<MobileSpec>): Diagnostic[] {
  const source = spec.web?.icon?.source;
  if (!source || sources.paths.includes(source.value)) return [];
  return [
    {
      code: 'pwa/no-icon',
      severity: 'error',
      message: `the drawing ${source.value} is not among the app's files`,
      hint: 'the path is relative to the folder of build.yaml; is the file ignored by git?',
      span: source.span,
      cause: 'input',
    },
  ];
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
