import type { Diagnostic } from '../base/index.ts';
import type { CoverageFormat, DeviceTest, PlannedChecks, PlannedLint } from '../rules/index.ts';
import type { ActionOutcome } from './action-run.ts';

export interface BuildRequest {
  /** `all`, labels or bare names. */
  readonly targets: readonly string[];
  readonly mode: 'build' | 'test';
  readonly keepGoing: boolean;
  /** Actions at a time; the machine's cores unless told. */
  readonly jobs?: number;
  /** For actions that state none. */
  readonly timeoutMs?: number;
  /** With `test`: also what `mobileops check` asks of the targets. */
  readonly checks?: boolean;
  /** Only these test categories; all unless told. */
  readonly categories?: readonly string[];
}

/** Something in `dist/` after the build. */
export interface BuiltArtifact {
  readonly label: string;
  readonly name: string;
  readonly type: string;
  /** Relative to the workspace: `dist/mobile/hybrid.apk`. */
  readonly path: string;
  readonly isFile: boolean;
  readonly sizeBytes: number;
  /** Of the file; of the canonical tree for a folder. */
  readonly sha256: string;
  /** Of what an app's archive holds, the same whoever signs it; see `contentDigest`. */
  readonly contentSha256?: string;
  readonly status: 'built' | 'restored' | 'unchanged';
}

export interface TargetOutcome {
  readonly label: string;
  readonly status: 'built' | 'up-to-date' | 'failed' | 'skipped';
  readonly durationMs: number;
}

export interface TestOutcome {
  readonly label: string;
  readonly category: string;
  readonly action: string;
  readonly status: ActionOutcome['status'];
  /** Of a test on a device: its name, and why it was not run. */
  readonly device?: string;
  readonly reason?: string;
  /** The runner's JUnit report, where it wrote one. */
  readonly junit?: string;
  /** The report on the lines that ran, where the runner wrote one. */
  readonly coverage?: { readonly format: CoverageFormat; readonly text: string };
  /** Files that it leaves for people, by their names. */
  readonly kept?: ReadonlyMap<string, Uint8Array>;
}

/** Tests that are built and that a device has to run. */
export interface ReadyDeviceTest extends Omit<DeviceTest, 'apk' | 'signing'> {
  readonly label: string;
  readonly action: string;
  /** The signed APK of the tests, relative to the workspace, as `app` is; absent where the app has no key. */
  readonly apk?: string;
  readonly timeoutMs: number;
}

/** What was found of one target beside its tests. */
export interface CheckOutcome extends Pick<PlannedChecks, 'sources' | 'notLinted'> {
  readonly label: string;
  /** Relative to the workspace. */
  readonly directory: string;
  readonly lints: readonly LintOutcome[];
  /** Of one that is served. */
  readonly load?: LoadOutcome;
}

export interface LoadOutcome {
  readonly command: string;
  /** What was written of its response times; absent where that did not come to its end. */
  readonly report?: string;
  readonly problem?: string;
}

export interface LintOutcome extends Omit<PlannedLint, 'action' | 'needs' | 'missing' | 'report'> {
  /** What the linter wrote; absent where it did not run to its end. */
  readonly report?: string;
  /** Why not. */
  readonly problem?: string;
  /** Its tool is not there. */
  readonly isMissing?: true;
}

/** What a build says of itself in the files beside its artifacts. */
export interface BuildIdentity {
  /** The workspace's name. */
  readonly workspace: string;
  readonly buildId: string;
  readonly version: string;
  readonly commit: string;
  /** Seconds since 1970. */
  readonly commitTime: number;
  readonly branch: string;
  readonly registry: string;
  readonly imagePrefix: string;
}

export interface BuildOutcome {
  /** Absent when there is no workspace that could be built. */
  readonly identity?: BuildIdentity;
  /** 0 done, 1 something failed, 2 wrong input, 3 something is missing on the machine, 130 interrupted. */
  readonly exitCode: 0 | 1 | 2 | 3 | 130;
  readonly diagnostics: readonly Diagnostic[];
  readonly targets: readonly TargetOutcome[];
  readonly artifacts: readonly BuiltArtifact[];
  readonly tests: readonly TestOutcome[];
  /** Tests that are left for devices, where there are some. */
  readonly deviceTests?: readonly ReadyDeviceTest[];
  /** Of targets that could be planned, where `checks` were asked for. */
  readonly checks?: readonly CheckOutcome[];
  /** Actions by how they came out; targets that needed none are `upToDate`. */
  readonly counts: {
    readonly ran: number;
    readonly cached: number;
    readonly failed: number;
    readonly skipped: number;
    readonly upToDate: number;
  };
  readonly durationMs: number;
}
