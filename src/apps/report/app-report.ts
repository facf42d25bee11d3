import { promisify } from 'node:util';
import { deflateRaw } from 'node:zlib';
import { ok, type Result, sha256 } from '../../base/index.ts';
import { type AppFile, type AppFormat, type AppWorld, appOfBytes, openApp } from '../app-file.ts';
import { type AppFailure, caught } from '../fault.ts';
import { androidReport, readAndroidIdentity } from './android-report.ts';
import { iosReport, readIosIdentity } from './ios-report.ts';
import type { AppReading, Visit } from './measure.ts';
import type { AppFacts, AppIdentity, AppReport } from './model.ts';

/** Where a package is, and what the user calls it. */
export interface AppPlace {
  readonly path: string;
  readonly name: string;
}

const deflate = promisify(deflateRaw);

/** All that is told of one package. Nothing is unpacked to the disk, and nothing of it is run. */
export async function appReport(world: AppWorld, place: AppPlace): Promise<Result<AppReport, AppFailure>> {
  let savedBytes = 0;
  const deflated: Visit = async ({ storedBytes }, content) => {
    const { length } = await deflate(content, { level: 9 });
    // Added in one go: other files are added meanwhile.
    savedBytes += Math.max(0, storedBytes - length);
  };
  const facts = await appFacts(world, place, { also: [deflated] });
  if (!facts.ok) return facts;
  const { fileBytes, rawBytes, ...rest } = facts.value.size;
  const size = { fileBytes, rawBytes, downloadBytes: fileBytes - savedBytes, ...rest };
  return ok({ ...facts.value, size });
}

/** All but the size of a download, which takes most of the time. */
export function appFacts(
  world: AppWorld,
  { path, name }: AppPlace,
  reading: AppReading = {},
): Promise<Result<AppFacts, AppFailure>> {
  return caught(async () => factsOf(openApp(world, path, name), world, reading));
}

/** The same of a package that is in memory; a signature of scheme 4, which lies beside it, is not seen. */
export function appFactsOfBytes(
  world: Pick<AppWorld, 'nowMs' | 'signal'>,
  { bytes, name }: { readonly bytes: Buffer; readonly name: string },
): Promise<Result<AppFacts, AppFailure>> {
  return caught(async () => factsOf(appOfBytes(bytes, name), world, {}));
}

async function factsOf(
  file: AppFile,
  world: Pick<AppWorld, 'nowMs' | 'signal'>,
  reading: AppReading,
): Promise<AppFacts> {
  const { name, format, bytes } = file;
  return {
    file: { name, format, sizeBytes: bytes.length, sha256: sha256(bytes) },
    ...(await (format === 'ipa' ? iosReport : androidReport)(file, world, reading)),
  };
}

/** Which app a package is and in which version, without looking at the rest of it. */
export function appIdentity(
  world: Pick<AppWorld, 'fs'>,
  { path, name }: AppPlace,
): Promise<Result<AppIdentity & { readonly format: AppFormat }, AppFailure>> {
  return caught(async () => {
    const file = openApp(world, path, name);
    const { format } = file;
    return { format, ...(await (format === 'ipa' ? readIosIdentity : readAndroidIdentity)(file)) };
  });
}
