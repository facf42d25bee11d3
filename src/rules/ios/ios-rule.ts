import type { PlannedAction, TreeExpression } from '../../action/index.ts';
import { type Diagnostic, hasErrors } from '../../base/index.ts';
import type { IosSettings, MobileSpec } from '../../config/index.ts';
import { toolEnvironment } from '../environment.ts';
import { inputSources } from '../input-sources.ts';
import { refusedPlan } from '../refused-plan.ts';
import {
  DIST_CLASS,
  type PlannedTest,
  type RuleContext,
  type RulePlan,
  type SourceView,
  type ToolName,
} from '../rule.ts';
import { stepAction } from '../step.ts';
import { targetPlace } from '../target-place.ts';
import type { iosDiagnostics } from './diagnostics.ts';
import { FASTFILE, lanesOf } from './lanes.ts';
import {
  BUILD_LANE,
  BUILD_XCODE,
  EXPORT_OPTIONS,
  OUTPUT,
  TEST_FASTLANE,
  TEST_OUTPUT,
  TEST_XCODE,
} from './scripts.ts';

export const DEFAULT_IOS: IosSettings = {
  configuration: 'Release',
  device: 'iPhone 14',
  exportMethod: 'app-store',
};

/** Xcode, and fastlane where the app has a Fastfile. */
export function iosTools(sources: SourceView | undefined): readonly ToolName[] {
  const hasFastfile = sources?.paths.includes(FASTFILE) ?? false;
  return ['bash', 'xcode', ...(hasFastfile ? (['fastlane'] as const) : [])];
}

/** One action that leaves an IPA with its symbols, and the tests; both need Xcode, which only a Mac has. */
export function iosRule(whole: RuleContext<MobileSpec>): RulePlan {
  const context = { ...whole, sources: inputSources(whole) };
  const ios = context.spec.ios ?? DEFAULT_IOS;
  const lanes = lanesOf(context.sources);
  const diagnostics = check(context, ios, lanes.has('build_release'));
  if (hasErrors(diagnostics)) return refusedPlan(diagnostics);
  const build = buildAction(context, ios, lanes.get('build_release'));
  const made: TreeExpression = { kind: 'at', of: { kind: 'output', action: build.id }, path: OUTPUT };
  const { name } = context.target.label;
  return {
    actions: [build],
    tests: testOf(context, ios, lanes.get('test')),
    artifacts: [{ name, type: 'mobile', path: `${DIST_CLASS.app}/${name}`, tree: made, isFile: false }],
    exports: made,
    diagnostics,
  };
}

type Context = RuleContext<MobileSpec>;

function check(context: Context, ios: IosSettings, hasLane: boolean): Diagnostic[] {
  const { sources } = context;
  const problem = (code: keyof typeof iosDiagnostics, message: string, hint: string): Diagnostic => ({
    ...{ code, severity: 'error', message, hint, cause: 'input' },
    ...targetPlace(context),
  });
  const found: Diagnostic[] = [];
  const project = projectOf(ios);
  if (!hasLane && (project === undefined || ios.scheme === undefined)) {
    const message = `${FASTFILE} has no lane build_release, and \`ios\` does not name a scheme of a project`;
    const hint = 'write `ios: {project: NAME.xcodeproj, scheme: NAME}`, or the lane';
    found.push(problem('rules/ios-incomplete', message, hint));
  }
  for (const path of [project, ios.exportOptions]) {
    if (path === undefined || sources.paths.some((each) => each === path || each.startsWith(`${path}/`)))
      continue;
    const hint = 'the path is relative to the folder of build.yaml; is it ignored by git?';
    found.push(problem('rules/ios-missing-file', `${path} is not among the app's files`, hint));
  }
  return found;
}

function buildAction(context: Context, ios: IosSettings, lane: readonly string[] | undefined): PlannedAction {
  const options = ios.exportOptions ?? EXPORT_OPTIONS;
  const argv = lane
    ? ['bash', '-c', BUILD_LANE, 'build', ...lane]
    : [
        ...['bash', '-c', BUILD_XCODE, 'build', ios.scheme ?? '', options],
        ...[...projectWords(ios), '-configuration', ios.configuration],
      ];
  return action(context, {
    name: 'build',
    description: lane ? `fastlane ${lane.join(' ')}` : `xcodebuild ${ios.scheme}`,
    argv,
    work: lane || ios.exportOptions ? workOf(context) : withExportOptions(context, ios),
    outputs: [OUTPUT],
  });
}

function testOf(context: Context, ios: IosSettings, lane: readonly string[] | undefined): PlannedTest[] {
  const hasFastlane = iosTools(context.sources).includes('fastlane');
  const words = lane ?? (ios.scheme === undefined || !projectOf(ios) ? undefined : scanWords(ios));
  if (words === undefined) return [];
  const isFastlane = lane !== undefined || hasFastlane;
  const argv = isFastlane
    ? ['bash', '-c', TEST_FASTLANE, 'test', ...words]
    : [
        ...['bash', '-c', TEST_XCODE, 'test', ...projectWords(ios), '-scheme', ios.scheme ?? ''],
        ...['-destination', `platform=iOS Simulator,name=${ios.device}`],
      ];
  const planned = action(context, {
    name: 'test',
    description: isFastlane ? `fastlane ${words.join(' ')}` : `xcodebuild test ${ios.scheme}`,
    argv,
    work: workOf(context),
    outputs: [TEST_OUTPUT],
  });
  return [
    {
      category: 'unit',
      action: planned,
      ...(isFastlane ? { junit: `${TEST_OUTPUT}/report.junit` } : {}),
    },
  ];
}

function projectOf({ project, workspace }: IosSettings): string | undefined {
  return workspace ?? project;
}

function projectWords({ project, workspace }: IosSettings): readonly string[] {
  if (workspace !== undefined) return ['-workspace', workspace];
  return project === undefined ? [] : ['-project', project];
}

/** fastlane's `scan` with the settings that the lane of the document gives it. */
function scanWords(ios: IosSettings): readonly string[] {
  const project = ios.workspace === undefined ? `project:${ios.project}` : `workspace:${ios.workspace}`;
  return ['run', 'scan', project, `scheme:${ios.scheme}`, `device:${ios.device}`, 'clean:true'];
}

interface IosAction {
  readonly name: string;
  readonly description: string;
  readonly argv: readonly string[];
  readonly work: TreeExpression;
  readonly outputs: readonly string[];
}

function action(context: Context, parts: IosAction): PlannedAction {
  const { buildNumber, version } = context.settings.stamp;
  return stepAction(context, {
    mnemonic: 'Xcode',
    ...parts,
    environment: toolEnvironment(context, iosTools(context.sources)),
    settings: {
      env: {
        // They stand in the app, so another number builds again.
        BUILD_NUMBER: String(buildNumber),
        BUILD_VERSION: version,
        // fastlane asks for a UTF-8 locale, and for nothing else from outside.
        ...{ LC_ALL: 'en_US.UTF-8', LANG: 'en_US.UTF-8' },
        ...{ FASTLANE_SKIP_UPDATE_CHECK: '1', FASTLANE_OPT_OUT_USAGE: '1', FASTLANE_DISABLE_COLORS: '1' },
        ...{ SCAN_OUTPUT_DIRECTORY: TEST_OUTPUT, SCAN_OUTPUT_TYPES: 'junit' },
        ...context.spec.env,
      },
    },
  });
}

/** Keys of an account are for uploads alone: no action sees them. */
function workOf({ sources }: Context): TreeExpression {
  return { kind: 'filter', of: { kind: 'tree', tree: sources.tree }, exclude: ['**/*.p8', '*.p8'] };
}

function withExportOptions(context: Context, ios: IosSettings): TreeExpression {
  const content = exportOptions(ios);
  const literal = {
    kind: 'literal',
    files: [{ path: EXPORT_OPTIONS, content, isExecutable: false }],
  } as const;
  return { kind: 'merge', of: [workOf(context), literal] };
}

function exportOptions({ exportMethod, teamId }: IosSettings): string {
  const entry = (key: string, value: string): string => `  <key>${key}</key>\n  <string>${value}</string>\n`;
  return `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0">
<dict>
${entry('method', exportMethod)}${teamId === undefined ? '' : entry('teamID', teamId)}</dict>
</plist>
`;
}
