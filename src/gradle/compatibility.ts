import { compareDottedNumbers, type Span } from '../base/index.ts';
import type { BuildVersions } from './build-versions.ts';
import type { Found } from './value.ts';

/** Two of a build's tools that do not work together. */
export interface Incompatibility {
  readonly message: string;
  readonly hint: string;
  readonly span: Span;
  /** The JDK is the machine's; the others the project's. */
  readonly isOfMachine: boolean;
}

/** The first Gradle that runs on a JDK (Gradle's compatibility matrix, as of Gradle 9.4). */
const FIRST_FOR_JDK: readonly (readonly [jdk: number, gradle: string])[] = [
  [8, '2.0'],
  [9, '4.3'],
  [10, '4.7'],
  [11, '5.0'],
  [12, '5.4'],
  [13, '6.0'],
  [14, '6.3'],
  [15, '6.7'],
  [16, '7.0'],
  [17, '7.3'],
  [18, '7.5'],
  [19, '7.6'],
  [20, '8.3'],
  [21, '8.5'],
  [22, '8.8'],
  [23, '8.10'],
  [24, '8.14'],
  [25, '9.1'],
  [26, '9.4'],
];
/** From Gradle 9 on, an older JDK does not do. */
const OLDEST_JDK_SINCE = '9.0';
const OLDEST_JDK = 17;

interface PluginNeeds {
  /** From this version of the Android Gradle plugin on. */
  readonly since: string;
  readonly gradle: string;
  readonly jdk: number;
}

/** What the Android Gradle plugin asks for (its release notes), the newest first. */
const PLUGIN_NEEDS: readonly PluginNeeds[] = [
  { since: '9.0', gradle: '9.1', jdk: 17 },
  { since: '8.11', gradle: '8.13', jdk: 17 },
  { since: '8.9', gradle: '8.11.1', jdk: 17 },
  { since: '8.8', gradle: '8.10.2', jdk: 17 },
  { since: '8.7', gradle: '8.9', jdk: 17 },
  { since: '8.5', gradle: '8.7', jdk: 17 },
  { since: '8.4', gradle: '8.6', jdk: 17 },
  { since: '8.3', gradle: '8.4', jdk: 17 },
  { since: '8.2', gradle: '8.2', jdk: 17 },
  { since: '8.0', gradle: '8.0', jdk: 17 },
  { since: '7.4', gradle: '7.5', jdk: 11 },
  { since: '7.3', gradle: '7.4', jdk: 11 },
  { since: '7.2', gradle: '7.3.3', jdk: 11 },
  { since: '7.1', gradle: '7.2', jdk: 11 },
  { since: '7.0', gradle: '7.0', jdk: 11 },
  { since: '4.2', gradle: '6.7.1', jdk: 8 },
  { since: '4.1', gradle: '6.5', jdk: 8 },
  { since: '4.0', gradle: '6.1.1', jdk: 8 },
  { since: '3.6', gradle: '5.6.4', jdk: 8 },
  { since: '3.5', gradle: '5.4.1', jdk: 8 },
  { since: '3.4', gradle: '5.1.1', jdk: 8 },
  { since: '3.3', gradle: '4.10.1', jdk: 8 },
  { since: '3.2', gradle: '4.6', jdk: 8 },
  { since: '3.1', gradle: '4.4', jdk: 8 },
  { since: '3.0', gradle: '4.1', jdk: 8 },
];

/** What is known not to work, before Gradle says it in its own words. What no table knows is not refused. */
export function incompatibilities(versions: BuildVersions, jdkVersion: string): readonly Incompatibility[] {
  const jdk = majorOf(jdkVersion);
  const { gradle, plugin } = versions;
  const needs = plugin && PLUGIN_NEEDS.find(({ since }) => compareDottedNumbers(plugin.value, since) >= 0);
  return [
    ...(gradle && jdk !== undefined ? jdkProblems(gradle, jdk) : []),
    ...(plugin && needs && gradle ? gradleProblems({ plugin, gradle, needs }) : []),
    ...(plugin && needs && jdk !== undefined && jdk < needs.jdk
      ? [
          {
            message: `the Android Gradle plugin ${plugin.value} needs JDK ${needs.jdk}, and Gradle would run on JDK ${jdk}`,
            hint: `install JDK ${needs.jdk}, and point JAVA_HOME to it`,
            span: plugin.span,
            isOfMachine: true,
          },
        ]
      : []),
  ];
}

function jdkProblems({ value, span }: Found<string>, jdk: number): Incompatibility[] {
  const first = FIRST_FOR_JDK.find(([each]) => each === jdk)?.[1];
  const isTooNew = first !== undefined && compareDottedNumbers(value, first) < 0;
  const isUnknown =
    first === undefined && jdk > FIRST_FOR_JDK.at(-1)![0] && compareDottedNumbers(value, '10') < 0;
  const isTooOld = jdk < OLDEST_JDK && compareDottedNumbers(value, OLDEST_JDK_SINCE) >= 0;
  if (!isTooNew && !isTooOld && !isUnknown) return [];
  const highest = FIRST_FOR_JDK.findLast(([, gradle]) => compareDottedNumbers(value, gradle) >= 0)?.[0] ?? 8;
  const lowest = compareDottedNumbers(value, OLDEST_JDK_SINCE) >= 0 ? OLDEST_JDK : 8;
  const wrapper = first === undefined ? '' : `, or raise distributionUrl to Gradle ${first} or newer`;
  return [
    {
      message: `Gradle ${value} runs on JDK ${lowest} to ${highest}, and would run on JDK ${jdk}`,
      hint: `point JAVA_HOME to such a JDK${isTooOld ? '' : wrapper}`,
      span,
      isOfMachine: true,
    },
  ];
}

function gradleProblems({
  plugin,
  gradle,
  needs,
}: {
  readonly plugin: Found<string>;
  readonly gradle: Found<string>;
  readonly needs: PluginNeeds;
}): Incompatibility[] {
  if (compareDottedNumbers(gradle.value, needs.gradle) >= 0) return [];
  return [
    {
      message: `the Android Gradle plugin ${plugin.value} needs Gradle ${needs.gradle}, and the wrapper brings ${gradle.value}`,
      hint: `raise distributionUrl in gradle/wrapper/gradle-wrapper.properties to Gradle ${needs.gradle} or newer`,
      span: gradle.span,
      isOfMachine: false,
    },
  ];
}

/** `1.8.0` is 8. */
function majorOf(version: string): number | undefined {
  const [first, second] = version.split(/[._]/).map(Number);
  const major = first === 1 ? second : first;
  return major === undefined || Number.isNaN(major) || major === 0 ? undefined : major;
}
