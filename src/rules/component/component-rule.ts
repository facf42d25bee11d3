import type { PlannedAction, TreeExpression } from '../../action/index.ts';
import type { ComponentSpec } from '../../config/index.ts';
import { type Environment, joinEnvironments, toolEnvironment } from '../environment.ts';
import { nodeEnvironment } from '../environment-node.ts';
import { pythonEnvironment } from '../environment-python.ts';
import { inputSources } from '../input-sources.ts';
import { requirementsOf } from '../requirements.ts';
import type { Rule, RuleContext, RulePlan } from '../rule.ts';
import { stepAction } from '../step.ts';
import { type PlannedTests, plannedTests } from '../test-runners.ts';
import { componentArtifacts, componentExports, declaredOutputs } from './component-artifacts.ts';
import { plannedService } from './service.ts';

/**
 * A component: its steps are a chain of actions, each on the whole folder as the one before left it; then what
 * leaves it, and its tests on the built folder.
 */
export const componentRule: Rule<ComponentSpec> = (context) => {
  const sources: TreeExpression = { kind: 'tree', tree: inputSources(context).tree };
  const { python, common, nodeFolder } = environments(context);
  const steps = stepChain(context, joinEnvironments([python, common]), sources);
  const last = steps.at(-1);
  const built: TreeExpression = last ? { kind: 'output', action: last.id } : sources;
  const tested = tests(context, testFolder(context, built), common);
  const artifacts = componentArtifacts(context, { built, sources });
  const made = joinEnvironments([python, nodeFolder, ...tested.flatMap((each) => each.environments)]);
  return {
    actions: [...made.actions, ...steps, ...artifacts.actions],
    tests: tested.flatMap((each) => each.tests),
    ...service(context, built, joinEnvironments([python, common])),
    artifacts: artifacts.artifacts,
    exports: componentExports(context, { built, sources }),
    diagnostics: tested.flatMap((each) => each.diagnostics),
  } satisfies RulePlan;
};

function service(
  context: RuleContext<ComponentSpec>,
  built: TreeExpression,
  environment: Environment,
): Pick<RulePlan, 'service'> {
  const { serve } = context.spec;
  return serve ? { service: plannedService(context, serve, { built, environment }) } : {};
}

interface Environments {
  readonly python: Environment;
  /** Everything but Python, which tests may want with more packages. */
  readonly common: Environment;
  readonly nodeFolder: Environment;
}

function environments(context: RuleContext<ComponentSpec>): Environments {
  const needs = requirementsOf(context.target, context.sources, {
    imagePrefix: context.configuration.imagePrefix,
    architecture: context.settings.architecture,
  });
  const tools = needs.tools.filter((tool) => !['python', 'uv', 'pytest'].includes(tool));
  const nodeFolder =
    needs.nodeFolder === undefined ? joinEnvironments([]) : nodeEnvironment(context, context.locked.node);
  const python = needs.python ? pythonEnvironment(context, context.locked.python.run) : joinEnvironments([]);
  return { python, nodeFolder, common: joinEnvironments([nodeFolder, toolEnvironment(context, tools)]) };
}

/** A command runs as written; its exit code decides. */
function stepChain(
  context: RuleContext<ComponentSpec>,
  environment: Environment,
  sources: TreeExpression,
): PlannedAction[] {
  const actions: PlannedAction[] = [];
  const { buildSteps } = context.spec;
  for (const step of buildSteps) {
    const { name, command, staging, ...settings } = step;
    const previous = actions.at(-1);
    actions.push(
      stepAction(context, {
        name,
        mnemonic: 'Step',
        description: name,
        argv: ['bash', '-c', command.value],
        work: previous ? { kind: 'output', action: previous.id } : sources,
        environment,
        settings,
        ...(step === buildSteps.at(-1) ? lastOutputs(context) : {}),
        ...(staging ? { staging } : {}),
      }),
    );
  }
  return actions;
}

/** The whole folder is kept for tests alone; without them only what leaves the component is. */
function lastOutputs(context: RuleContext<ComponentSpec>): { readonly outputs?: readonly string[] } {
  const declared = declaredOutputs(context);
  if (!declared) return {};
  // A service is started there, too.
  const hasTests =
    CATEGORIES.some((category) => context.spec.tests[category]) || context.spec.serve !== undefined;
  return { outputs: hasTests ? ['', ...declared] : declared };
}

/** Tests may be left out of the steps' inputs, so that a change of a test builds nothing; they run with all sources. */
function testFolder({ spec, sources }: RuleContext<ComponentSpec>, built: TreeExpression): TreeExpression {
  return spec.inputs ? { kind: 'merge', of: [{ kind: 'tree', tree: sources.tree }, built] } : built;
}

const CATEGORIES = ['unit', 'integration', 'performance'] as const;

function tests(
  context: RuleContext<ComponentSpec>,
  built: TreeExpression,
  environment: Environment,
): PlannedTests[] {
  return CATEGORIES.flatMap((category) => {
    const path = context.spec.tests[category];
    return path ? [plannedTests(context, { category, path, built, environment })] : [];
  });
}
