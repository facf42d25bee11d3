import { posix } from 'node:path';
import type { Diagnostic } from '../base/index.ts';
import type { Host } from '../host/index.ts';
import type { Toolchain, ToolName } from '../rules/index.ts';
import { type FoundTool, type HostToolOptions, missingTool } from './found-tool.ts';
import { hostTree } from './host-tree.ts';

function sdkHome({ fs, env }: Host): string | undefined {
  return [env.variables.ANDROID_HOME, env.variables.ANDROID_SDK_ROOT].find(
    (path) => path !== undefined && posix.isAbsolute(path) && fs.lstat(posix.join(path, 'platforms')),
  );
}

/** Whatever of it Gradle takes: its licences, platforms and build tools, as ANDROID_HOME names them. */
export function androidSdk(options: HostToolOptions): FoundTool {
  const home = sdkHome(options.host);
  if (home === undefined) return missingTool('android-sdk', missingSdk(), []);
  const { tree, watched } = hostTree(options, home);
  const at = '/tools/android-sdk';
  const toolchain: Toolchain = {
    name: 'android-sdk',
    version: 'host',
    mounts: [{ at, tree: { kind: 'tree', tree }, access: 'read-only' }],
    path: [],
    env: { ANDROID_HOME: at, ANDROID_SDK_ROOT: at },
    files: { home: at },
  };
  return { toolchain, problems: [], watched };
}

function missingSdk(): Diagnostic {
  return {
    code: 'toolchain/missing',
    severity: 'error',
    message: 'the Gradle build of an Android app needs an Android SDK, and ANDROID_HOME names none',
    hint: 'set ANDROID_HOME to a folder with platforms and build-tools; without Gradle no SDK is needed: mobileops init --from-gradle',
    cause: 'environment',
  };
}

const JAR = 'android.jar';

/** Of a tool that is the platform of one level in the machine's SDK. */
export function platformLevel(name: ToolName): number | undefined {
  const level = /^android-platform-(\d+)$/.exec(name)?.[1];
  return level === undefined ? undefined : Number(level);
}

/** The classes of an API level for which no archive is fetched: `platforms/android-<level>/android.jar` of ANDROID_HOME. */
export function sdkPlatform(options: HostToolOptions, name: ToolName, level: number): FoundTool {
  const { fs, host } = options;
  const home = sdkHome(host);
  const folder = home === undefined ? undefined : posix.join(home, 'platforms', `android-${level}`);
  const watched = folder === undefined ? [] : [posix.join(folder, JAR)];
  if (folder === undefined || fs.lstat(posix.join(folder, JAR)) === undefined)
    return missingTool(name, missingPlatform(level), watched);
  const at = `/tools/${name}`;
  const { tree } = hostTree(options, folder, (path) => path === JAR);
  const toolchain: Toolchain = {
    name,
    version: String(level),
    mounts: [{ at, tree: { kind: 'tree', tree }, access: 'read-only' }],
    path: [],
    env: {},
    files: { jar: `${at}/${JAR}` },
  };
  return { toolchain, problems: [], watched };
}

function missingPlatform(level: number): Diagnostic {
  return {
    code: 'toolchain/missing',
    severity: 'error',
    message: `API ${level} is only in an Android SDK, and ANDROID_HOME names none that has it`,
    hint: `install it (\`sdkmanager "platforms;android-${level}"\`) and set ANDROID_HOME, or write "compileSdk: 36" and a targetSdk that is not above it`,
    cause: 'environment',
  };
}
