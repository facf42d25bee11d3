import type { Mount, PlannedAction, TreeExpression } from '../../action/index.ts';
import { hasErrors } from '../../base/index.ts';
import type { MobileSpec } from '../../config/index.ts';
import { joinEnvironments, toolEnvironment } from '../environment.ts';
import { inputSources } from '../input-sources.ts';
import { refusedPlan } from '../refused-plan.ts';
import { DIST_CLASS, type PlannedTest, type RuleContext, type RulePlan } from '../rule.ts';
import { stepAction } from '../step.ts';
import { checkGradle } from './check-gradle.ts';
import { type Project, projectOf, toolsOf } from './gradle-project.ts';

/**
 * The project's own Gradle assembles all variants in one action, whose result is `build/outputs` of the application:
 * APKs, bundles, mappings, and reports beside them. A run that leaves no APK has failed, whatever Gradle says.
 */
export function gradleRule(whole: RuleContext<MobileSpec>): RulePlan {
  const context = { ...whole, sources: inputSources(whole) };
  const project = projectOf(context);
  const diagnostics = checkGradle(context, project);
  const { application } = project;
  if (!application || hasErrors(diagnostics)) return refusedPlan(diagnostics);
  const app = { ...project, application };
  const build = buildAction(context, app);
  const { name } = context.target.label;
  const made: TreeExpression = {
    kind: 'at',
    of: { kind: 'output', action: build.id },
    path: outputsOf(app),
  };
  return {
    actions: [build],
    tests: [testOf(context, app)],
    artifacts: [{ name, type: 'mobile', path: `${DIST_CLASS.app}/${name}`, tree: made, isFile: false }],
    exports: made,
    diagnostics,
  };
}

type App = Project & Required<Pick<Project, 'application'>>;

const HOME = '/tools/gradle-home';

/** Relative to the project. */
function inModule({ application }: App, path: string): string {
  return application.directory === '' ? path : `${application.directory}/${path}`;
}

function outputsOf(app: App): string {
  return inModule(app, 'build/outputs');
}

function task({ application }: App, name: string): string {
  return `${application.path === ':' ? '' : application.path}:${name}`;
}

/** `release` is Gradle's `Release`. */
function capital(name: string): string {
  return `${name.charAt(0).toUpperCase()}${name.slice(1)}`;
}

function buildAction(context: RuleContext<MobileSpec>, app: App): PlannedAction {
  const { variants, bundle } = app.settings;
  const tasks = variants.flatMap((variant) => [
    task(app, `assemble${capital(variant)}`),
    ...(bundle ? [task(app, `bundle${capital(variant)}`)] : []),
  ]);
  return gradleAction(context, app, {
    name: 'assemble',
    description: `gradlew ${tasks.join(' ')}`,
    tasks,
    script: BUILD,
    parameters: [outputsOf(app), inModule(app, 'build/reports'), ...(bundle ? ['apk', 'aab'] : ['apk'])],
    outputs: [outputsOf(app)],
  });
}

/** Positional: folder of outputs, of reports, kinds of files that must be there, `--`, Gradle's words. */
const BUILD = `outputs=$1 reports=$2; shift 2; kinds=
while [ "$1" != -- ]; do kinds="$kinds $1"; shift; done; shift
rm -rf "$outputs"
sh ./gradlew "$@" || exit
for kind in $kinds; do
  if [ -z "$(find "$outputs" -name "*.$kind" -type f -print -quit 2>/dev/null)" ]; then
    echo "gradlew ended well, but left no .$kind in $outputs" >&2
    exit 1
  fi
done
if [ -d "$reports" ]; then cp -R "$reports" "$outputs/reports"; fi`;

function testOf(context: RuleContext<MobileSpec>, app: App): PlannedTest {
  const tasks = app.settings.variants.map((variant) => task(app, `test${capital(variant)}UnitTest`));
  // A build type stands for all its flavors, and Gradle has no task that tests those alone.
  const flavors = app.settings.variants.some((variant) => /^(release|debug)$/.test(variant));
  const results = inModule(app, 'build/test-results');
  const action = gradleAction(context, app, {
    name: 'test',
    description: 'gradlew test',
    tasks: flavors ? [task(app, 'test')] : tasks,
    script: TEST,
    parameters: [results],
    outputs: [results],
  });
  return { category: 'unit', action };
}

/** Positional: folder of results, `--`, Gradle's words. */
const TEST = `results=$1; shift 2
rm -rf "$results"
sh ./gradlew "$@" || exit
if [ -z "$(find "$results" -name '*.xml' -type f -print -quit 2>/dev/null)" ]; then
  echo "no test was run: gradlew left no report in $results" >&2
  exit 1
fi`;

interface GradleRun {
  readonly name: string;
  readonly description: string;
  readonly tasks: readonly string[];
  readonly script: string;
  readonly parameters: readonly string[];
  readonly outputs: readonly string[];
}

function gradleAction(context: RuleContext<MobileSpec>, app: App, run: GradleRun): PlannedAction {
  const { settings } = app;
  const { home } = settings;
  const environment = joinEnvironments([
    {
      actions: [],
      mounts: home === undefined ? [] : [homeMount(context, home)],
      path: [],
      env: home === undefined ? {} : { GRADLE_USER_HOME: HOME },
    },
    toolEnvironment(context, toolsOf(app.versions)),
  ]);
  const words = [
    // A daemon would outlive the action, and watching files serves nothing within one.
    ...['--no-daemon', '--console=plain', '-Dorg.gradle.vfs.watch=false'],
    ...(context.spec.network ? [] : ['--offline']),
    ...settings.arguments,
    ...run.tasks,
  ];
  return stepAction(context, {
    name: run.name,
    mnemonic: 'Gradle',
    description: run.description,
    argv: ['bash', '-c', run.script, 'gradlew', ...run.parameters, '--', ...words],
    work: workOf(context, home),
    environment,
    outputs: run.outputs,
    settings: { resources: { memoryBytes: GRADLE_MEMORY_BYTES, ...context.spec.resources } },
  });
}

const GRADLE_MEMORY_BYTES = 2 ** 31;

/** Gradle writes into its home; that is private to the action and dropped. */
function homeMount({ sources }: RuleContext<MobileSpec>, home: string): Mount {
  const tree: TreeExpression = {
    kind: 'at',
    of: { kind: 'tree', tree: sources.tree },
    path: home,
    optional: true,
  };
  return { at: HOME, tree, access: 'scratch' };
}

function workOf({ sources }: RuleContext<MobileSpec>, home: string | undefined): TreeExpression {
  const tree: TreeExpression = { kind: 'tree', tree: sources.tree };
  return home === undefined ? tree : { kind: 'filter', of: tree, exclude: [`${home}/**`] };
}
