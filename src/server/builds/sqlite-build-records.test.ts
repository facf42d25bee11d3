import { randomUUID } from 'node:crypto';
import { loadServerWorld, realHost } from '../../host/index.ts';
import { describeBuildRecords } from '../../metrics/testing.ts';
import { openDatabase } from '../database/open-database.ts';
import { SqliteBuildRecords } from './sqlite-build-records.ts';
import { BUILDS_MIGRATIONS } from './tables.ts';

const world = await loadServerWorld();

describeBuildRecords('in SQLite', () => {
  const { fs, env } = realHost();
  const folder = `${env.temporaryDirectory}/mobileops-builds-${randomUUID()}`;
  fs.makeDirectory(folder);
  const opened = openDatabase({
    fs,
    open: world.openSqlDatabase,
    folder,
    migrations: BUILDS_MIGRATIONS,
    nowMs: 0,
  });
  if (!opened.ok) throw new Error(opened.failure.message);
  const database = opened.value;
  const close = (): void => {
    database.close();
    fs.remove(folder);
  };
  return { records: new SqliteBuildRecords(database), close };
});
