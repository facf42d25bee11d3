import { type Diagnostic, fail, ok, type Result } from '../base/index.ts';
import type { ServerWorld } from '../host/index.ts';
import { TokenStore } from './access/token-store.ts';
import { CORE_MIGRATIONS } from './database/migrations.ts';
import { DATABASE_NAME, openDatabase } from './database/open-database.ts';
import { FACES } from './faces.ts';
import type { ServerHost } from './services.ts';

export interface OpenTokens {
  readonly tokens: TokenStore;
  readonly close: () => void;
}

/** The tokens of a server's folder, also while a server works in it. */
export function openTokens(
  { fs, clock }: ServerHost,
  world: ServerWorld,
  folder: string,
): Result<OpenTokens, Diagnostic> {
  if (!fs.lstat(`${folder}/${DATABASE_NAME}`)) {
    return fail({
      code: 'server/no-data',
      severity: 'error',
      message: 'there is no data of a server in this folder',
      hint: 'give the folder of --data that the server was started with; its first start makes it',
      path: folder,
      cause: 'input',
    });
  }
  const migrations = [...CORE_MIGRATIONS, ...FACES.flatMap((face) => face.migrations)];
  const opened = openDatabase({ fs, open: world.openSqlDatabase, folder, migrations, nowMs: clock.now() });
  if (!opened.ok) return opened;
  return ok({ tokens: new TokenStore(opened.value, clock), close: opened.value.close });
}
