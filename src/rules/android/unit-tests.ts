import type { LiteralFile, TreeExpression } from '../../action/index.ts';
import type { Diagnostic } from '../../base/index.ts';
import { output } from '../android-actions.ts';
import { androidAction, jvmFlags, jvmMemoryBytes, toolFile } from '../android-tools.ts';
import { folderOfOtherTests, unitTestTools, usesRobolectric } from '../android-unit-tests.ts';
import type { PlannedTest, ToolName } from '../rule.ts';
import { actionName, type VariantApp } from './app.ts';
import { testCompileClassPath, testRuntimeClassPath } from './class-path.ts';
import { folderOf, inWorkspace, type SourceSet, within } from './source-sets.ts';
import { codeAt, codeFiles, JAVA_RELEASE, KOTLIN_NULLABILITY } from './sources.ts';

/** Where the reports lie in the action's output. */
const JUNIT_FILE = 'mobileops-junit.xml';
const COVERAGE_FILE = 'mobileops-coverage.xml';

const SET: SourceSet = { name: 'test', folder: 'src/test' };
/** What Robolectric is given: the only level whose code is brought. */
const ROBOLECTRIC_LEVEL = 34;
const HEAP_MEGABYTES = 1024;
const COMPILER_HEAP_MEGABYTES = 768;
const JVM_MEGABYTES = 512;
/** Not the app's own: measuring them is most of the time of a run. */
const NOT_MEASURED = 'android.*:com.android.*:org.robolectric.*:jdk.*:sun.*:libcore.*:dalvik.*';

/**
 * The unit tests in `src/test`: compiled against the variant's classes and run on this machine by JUnit, with the variant's
 * manifest and resources for Robolectric, without a network. JUnit's report and JaCoCo's coverage stand in its output.
 */
export function unitTests(app: VariantApp): PlannedTest[] {
  const { context, stages } = app;
  const wanted = unitTestTools(context.spec, context.sources.paths);
  if (wanted.length === 0) return [];
  const isRobolectric = usesRobolectric(context.spec);
  const hasKotlin = testFiles(app, '.kt').length > 0;
  const compile = testCompileClassPath(app);
  const runtime = testRuntimeClassPath(app);
  const own = [stages.tools.java, stages.tools.platform, ...wanted.map((name) => context.toolchain(name))];
  const tools = [...new Set([...own, ...compile.tools, ...runtime.tools])];
  const action = androidAction(stages, 'test:unit', {
    mnemonic: 'Test',
    description: `unit tests (JUnit${isRobolectric ? ', Robolectric' : ''})`,
    argv: ['/bin/sh', '.unit/run.sh'],
    tools,
    work: {
      kind: 'merge',
      of: [
        codeAt(app, [...testFiles(app, '.java'), ...testFiles(app, '.kt')]),
        { kind: 'under', of: folderOf(context, SET, 'resources'), path: '.unit/resources' },
        under(output(stages.owner, actionName(app, 'classes'))),
        under(output(stages.owner, actionName(app, 'package'))),
        under(output(stages.owner, actionName(app, 'manifest'))),
        compile.work,
        runtime.work,
        { kind: 'literal', files: filesOf(app, { isRobolectric, hasKotlin }) },
      ],
    },
    outputs: [JUNIT_FILE, COVERAGE_FILE],
    isWorkspaceShaped: true,
    memoryBytes: jvmMemoryBytes(HEAP_MEGABYTES, JVM_MEGABYTES),
  });
  return [
    { action, category: 'unit', junit: JUNIT_FILE, coverage: { path: COVERAGE_FILE, format: 'jacoco' } },
  ];
}

/** Tests of one variant, which are not run, by the name of their folder. */
export function testsNotRun({ context }: Pick<VariantApp, 'context'>): Diagnostic[] {
  const { sources } = context;
  const folders = Map.groupBy(sources.paths, (path) => folderOfOtherTests(path) ?? '');
  folders.delete('');
  return [...folders].map(([folder, files]) => ({
    code: 'rules/android-tests-not-run',
    severity: 'note',
    message: `${files.length} test file${files.length === 1 ? '' : 's'} of ${folder} not run: tests of one variant are not supported`,
    hint: `move them to ${folder.startsWith('src/androidTest') ? 'src/androidTest' : 'src/test'}`,
    path: inWorkspace(context, files[0]!),
  }));
}

const APP_CLASSES = '.unit/app/classes.jar';

function under(of: TreeExpression): TreeExpression {
  return { kind: 'under', of, path: '.unit/app' };
}

function testFiles({ context }: VariantApp, extension: string): string[] {
  return codeFiles({ context, variant: { sets: [SET] } }, extension);
}

interface Kinds {
  readonly isRobolectric: boolean;
  readonly hasKotlin: boolean;
}

/** The script and the options of what it runs, so that no path is too long for a command line. */
function filesOf(app: VariantApp, kinds: Kinds): LiteralFile[] {
  const file = (path: string, content: string): LiteralFile => ({ path, content, isExecutable: false });
  const own = within(SET, 'resources/robolectric.properties');
  const hasOwn = app.context.sources.paths.includes(own);
  return [
    file('.unit/run.sh', script(app, kinds)),
    file('.unit/javac.args', javacOptions(app, kinds)),
    file('.unit/run.args', runOptions(app, kinds)),
    ...(kinds.hasKotlin ? [file('.unit/kotlinc.args', kotlincOptions(app))] : []),
    ...(kinds.isRobolectric
      ? [file('.unit/config/com/android/tools/test_config.properties', config(app))]
      : []),
    ...(kinds.isRobolectric && !hasOwn
      ? [file('.unit/config/robolectric.properties', `sdk=${ROBOLECTRIC_LEVEL}\n`)]
      : []),
  ];
}

function config({ namespace }: VariantApp): string {
  return [
    'android_merged_manifest=.unit/app/merged/AndroidManifest.xml',
    'android_resource_apk=.unit/app/app.apk',
    `android_custom_package=${namespace}`,
    '',
  ].join('\n');
}

/** Options for `@file` of a Java launcher or compiler, one a line. */
function optionFile(options: readonly string[]): string {
  return `${options.map((each) => `"${each.replace(/["\\]/g, '\\$&')}"`).join('\n')}\n`;
}

function compilePath(app: VariantApp): string {
  const { paths } = testCompileClassPath(app);
  return [APP_CLASSES, toolFile(app.stages.tools.platform, 'jar'), ...paths].join(':');
}

function kotlincOptions(app: VariantApp): string {
  const { context } = app;
  const files = [...testFiles(app, '.kt'), ...testFiles(app, '.java')];
  return optionFile([
    ...['-no-stdlib', '-no-reflect', '-jvm-target', JAVA_RELEASE, KOTLIN_NULLABILITY],
    ...['-module-name', `${context.target.label.name}_test`, `-Xfriend-paths=${APP_CLASSES}`],
    ...['-classpath', compilePath(app), '-d', '.unit/tests'],
    ...files.map((path) => inWorkspace(context, path)),
  ]);
}

function javacOptions(app: VariantApp, { hasKotlin }: Kinds): string {
  const classpath = `${hasKotlin ? '.unit/tests:' : ''}${compilePath(app)}`;
  return optionFile([
    ...['--release', JAVA_RELEASE, '-encoding', 'UTF-8', '-g:source,lines', '-proc:none', '-implicit:none'],
    ...['-Xlint:-options', '-classpath', classpath, '-d', '.unit/tests'],
    ...testFiles(app, '.java').map((path) => inWorkspace(app.context, path)),
  ]);
}

function runOptions(app: VariantApp, { isRobolectric }: Kinds): string {
  const { context, stages } = app;
  const tool = (name: ToolName, role: string): string => toolFile(context.toolchain(name), role);
  const classpath = [
    ...['.unit/config', '.unit/tests', '.unit/resources', APP_CLASSES],
    ...testRuntimeClassPath(app).paths,
    toolFile(stages.tools.platform, 'jar'),
    tool('junit-console', 'jar'),
  ];
  const agent = `destfile=.unit/jacoco.exec,inclnolocationclasses=true,excludes=${NOT_MEASURED}`;
  return optionFile([
    ...jvmFlags(HEAP_MEGABYTES),
    `-javaagent:${tool('jacoco-agent', 'jar')}=${agent}`,
    ...(isRobolectric
      ? [
          '-Drobolectric.offline=true',
          `-Drobolectric.dependency.dir=${tool('robolectric-android', 'folder')}`,
        ]
      : []),
    ...['-classpath', classpath.join(':'), 'org.junit.platform.console.ConsoleLauncher', 'execute'],
    ...['--scan-classpath=.unit/tests', '--reports-dir=.unit/reports', '--fail-if-no-tests'],
    ...['--disable-banner', '--disable-ansi-colors', '--details=tree'],
  ]);
}

/** Reports are made of failed tests too; the launcher's exit code is that of the action. */
function script(app: VariantApp, { hasKotlin }: Kinds): string {
  const { java } = app.stages.tools;
  const home = `${toolFile(java, 'home')}/bin`;
  const heap = jvmFlags(COMPILER_HEAP_MEGABYTES);
  const kotlin = toolFile(app.context.toolchain('kotlin'), 'classpath');
  const jacoco = toolFile(app.context.toolchain('jacoco'), 'classpath');
  const hasJava = testFiles(app, '.java').length > 0;
  return `set -eu
mkdir -p .unit/tests .unit/resources
${
  hasKotlin
    ? `'${home}/java' ${heap.join(' ')} -cp '${kotlin}' org.jetbrains.kotlin.cli.jvm.K2JVMCompiler @.unit/kotlinc.args`
    : ''
}
${hasJava ? `'${home}/javac' ${heap.map((flag) => `-J${flag}`).join(' ')} @.unit/javac.args` : ''}
status=0
'${home}/java' "-Djava.io.tmpdir=\${TMPDIR:-/tmp}" @.unit/run.args || status=$?
{
  echo '<?xml version="1.0" encoding="UTF-8"?>'
  echo '<testsuites>'
  for report in .unit/reports/TEST-*.xml; do if [ -f "$report" ]; then tail -n +2 "$report"; fi; done
  echo '</testsuites>'
} >${JUNIT_FILE}
'${home}/java' ${jvmFlags(256).join(' ')} -cp '${jacoco}' org.jacoco.cli.internal.Main report .unit/jacoco.exec \\
  --quiet --classfiles ${APP_CLASSES} --xml ${COVERAGE_FILE}
exit $status
`;
}
