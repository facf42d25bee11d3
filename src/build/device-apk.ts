import { join } from 'node:path';
import { treeFromFiles } from '../action/index.ts';
import { type Diagnostic, fail, ok, type Result } from '../base/index.ts';
import type { DeviceTest, PlannedTest } from '../rules/index.ts';
import type { ActionOutcome } from './action-run.ts';
import { badArtifact } from './artifacts.ts';
import { writeArtifact } from './dist.ts';
import type { ReadyDeviceTest } from './outcome.ts';
import { type SignOptions, signArtifact } from './sign-artifact.ts';

/** Where the APKs of tests lie, relative to the workspace. */
const FOLDER = 'build-cache/device-tests';

export interface MadeTest extends Pick<PlannedTest, 'action'> {
  readonly label: string;
  readonly device: DeviceTest;
  readonly outcome: ActionOutcome;
}

/** The APK of tests as a device takes it: signed as the app is, and a file. Without a key there is none. */
export async function deviceApk(
  options: SignOptions,
  { label, action, device, outcome }: MadeTest,
): Promise<Result<ReadyDeviceTest, Diagnostic>> {
  const { apk, signing, app, ...facts } = device;
  const limitMs = Math.min(action.timeoutMs, options.request.timeoutMs ?? Number.POSITIVE_INFINITY);
  const ready = { label, action: action.id, ...facts, app: `dist/${app}`, timeoutMs: limitMs };
  if (!signing) return ok(ready);
  const digest = outcome.output?.files.find(({ name }) => name === apk)?.digest;
  if (!digest) return fail(badArtifact(`${label}: there is no APK of its tests`));
  const path = `${FOLDER}/${label.replaceAll(':', '-')}-${device.variant}.apk`;
  const tree = treeFromFiles(new Map([[apk, { digest, isExecutable: false }]]));
  const signed = await signArtifact(options, signing, { path, tree });
  if (!signed.ok) return signed;
  const place = { path: join(options.root, path), isFile: true, dist: join(options.root, 'build-cache') };
  const made = writeArtifact({ fs: options.host.fs, cas: options.cas }, signed.value.tree, place);
  if ('lost' in made) return fail(badArtifact(`${label}: the APK of its tests is not in the store`));
  return ok({ ...ready, apk: path });
}
