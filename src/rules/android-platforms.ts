import type { ToolName } from './rule.ts';

/** The classes of Android of one API level, as a tool. */
export interface AndroidPlatform {
  readonly level: number;
  readonly tool: ToolName;
  /** Its classes are of a newer Java than the oldest JDK reads. */
  readonly isNewer?: boolean;
}

/**
 * Rising. A higher level has all that lower ones have. The lock holds the first three, so that an app is compiled against the same
 * bytes everywhere; the last comes from an Android SDK.
 */
const PLATFORMS: readonly [AndroidPlatform, ...AndroidPlatform[]] = [
  { level: 34, tool: 'android-platform' },
  { level: 35, tool: 'android-platform-35' },
  { level: 36, tool: 'android-platform-36', isNewer: true },
  { level: 37, tool: 'android-platform-37' },
];

export const HIGHEST_LEVEL = PLATFORMS.at(-1)!.level;

/** What an app of this level is compiled against: the next level that there is, and the highest for those above. */
export function platformOf(compileSdk: number): AndroidPlatform {
  return PLATFORMS.find(({ level }) => level >= compileSdk) ?? PLATFORMS.at(-1)!;
}
