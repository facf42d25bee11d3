import type { Diagnostic } from '../../base/index.ts';
import type { MobileSpec } from '../../config/index.ts';
import { incompatibilities } from '../../gradle/index.ts';
import type { RuleContext } from '../rule.ts';
import { targetPlace } from '../target-place.ts';
import { type Project, problem } from './gradle-project.ts';

const WRAPPER = ['gradlew', 'gradle/wrapper/gradle-wrapper.jar', 'gradle/wrapper/gradle-wrapper.properties'];

/** All that stands against starting Gradle. */
export function checkGradle(context: RuleContext<MobileSpec>, project: Project): Diagnostic[] {
  return [
    ...checkWrapper(context, project),
    ...checkVersions(context, project),
    ...checkOffline(context, project),
    ...checkModule(context, project),
  ];
}

function checkWrapper({ sources, target }: RuleContext<MobileSpec>, { versions }: Project): Diagnostic[] {
  const absent = WRAPPER.filter((path) => !sources.paths.includes(path));
  if (absent.length > 0) {
    return absent.map((path) =>
      problem('rules/gradle-wrapper', `${path} is not among the files of the project`, {
        hint: 'run `gradle wrapper` and commit what it writes; is the file ignored by git?',
        path: target.directory,
      }),
    );
  }
  if (versions.distributionUrl) return [];
  return [
    problem('rules/gradle-wrapper', `${WRAPPER[2]} has no distributionUrl`, {
      hint: 'run `gradle wrapper --gradle-version VERSION`',
      path: `${target.directory}/${WRAPPER[2]}`,
    }),
  ];
}

function checkVersions(context: RuleContext<MobileSpec>, { versions }: Project): Diagnostic[] {
  // A JDK that is missing is told by its tool.
  const { version } = context.toolchain('java');
  return incompatibilities(versions, version).map(({ message, hint, span, isOfMachine }) =>
    problem('rules/gradle-versions', message, { hint, span, cause: isOfMachine ? 'environment' : 'input' }),
  );
}

/** A distribution beside the project needs neither network nor a home. */
function checkOffline(
  { spec, sources }: RuleContext<MobileSpec>,
  { settings, versions }: Project,
): Diagnostic[] {
  const { distribution, distributionUrl, hasChecksum } = versions;
  if (!distributionUrl || !distribution || !/^https?:/.test(distributionUrl.value)) return [];
  const { home } = settings;
  const place = `${home}/wrapper/dists/${distribution.value}/`;
  if (home !== undefined && sources.paths.some((path) => path.startsWith(place))) return [];
  const { span } = distributionUrl;
  if (spec.network) {
    if (hasChecksum) return [];
    const message = `the wrapper does not check the ${distribution.value} that it fetches`;
    const hint = 'add distributionSha256Sum: `gradle wrapper --gradle-distribution-sha256-sum SUM`';
    return [{ ...problem('rules/gradle-checksum', message, { hint, span }), severity: 'warning' }];
  }
  const message =
    home === undefined
      ? `the wrapper would fetch ${distribution.value}, and the target has neither network nor a \`gradle.home\``
      : `${home} has no ${distribution.value} below wrapper/dists, and the target has no network`;
  const hint =
    'write `network: true`, or name a folder of the app that holds the distribution and the libraries: `gradle: {home: FOLDER}`';
  return [problem('rules/gradle-offline', message, { hint, span })];
}

function checkModule(
  context: RuleContext<MobileSpec>,
  { application, applications, settings }: Project,
): Diagnostic[] {
  if (application) return [];
  const names = applications.map(({ path }) => path).join(', ');
  const message =
    settings.module !== undefined
      ? `the project has no module ${settings.module} with a build file`
      : names === ''
        ? 'no module of the project is seen to apply com.android.application'
        : `more than one module is an application: ${names}`;
  const hint = 'name it: `gradle: {module: ":app"}`';
  return [problem('rules/gradle-module', message, { hint, ...targetPlace(context) })];
}
