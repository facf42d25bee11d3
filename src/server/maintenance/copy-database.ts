import type { ServerWorld } from '../../host/index.ts';
import { COPIES_FOLDER, type Database } from '../database/open-database.ts';

const COPY = /^server-\d{8}T\d{6}Z\.sqlite$/;
const KEPT = 3;

export interface CopyReport {
  readonly name: string;
}

/** Makes a copy of the database, by which a damaged one is replaced, and removes old ones. */
export async function copyDatabase(
  { files }: ServerWorld,
  database: Database,
  { folder, nowMs }: { readonly folder: string; readonly nowMs: number },
): Promise<CopyReport> {
  const copies = `${folder}/${COPIES_FOLDER}`;
  files.makeDirectory(copies);
  const time = new Date(nowMs).toISOString().replace(/[-:]|\.\d+/g, '');
  const name = `server-${time}.sqlite`;
  await database.copyTo(`${copies}/${name}.part`);
  await files.syncFile(`${copies}/${name}.part`);
  files.rename(`${copies}/${name}.part`, `${copies}/${name}`);
  const names: string[] = [];
  for await (const each of files.names(copies)) if (COPY.test(each)) names.push(each);
  for (const old of names.sort().slice(0, -KEPT)) await files.unlink(`${copies}/${old}`);
  return { name };
}
