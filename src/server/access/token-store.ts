import { randomBytes, timingSafeEqual } from 'node:crypto';
import { sha256 } from '../../base/index.ts';
import type { Clock } from '../../host/index.ts';
import type { Database } from '../database/open-database.ts';
import type { Role } from './role.ts';
import { keptScope, type Scope } from './scope.ts';

/** A token as it may be shown: never with the secret. */
export interface TokenRecord {
  readonly id: number;
  readonly name: string;
  readonly role: Role;
  /** What it is limited to; nothing for one that is not. */
  readonly scope: Scope | undefined;
  readonly createdAtMs: number;
  readonly expiresAtMs: number;
  readonly revokedAtMs: number | null;
}

export interface CreatedToken extends TokenRecord {
  /** Shown this once. */
  readonly secret: string;
}

export interface TokenRequest {
  /** Whose it is, for the audit log. */
  readonly name: string;
  readonly role: Role;
  readonly scope?: Scope | undefined;
  readonly lifeMs: number;
}

/** So that scanners for secrets find one that was committed. */
const PREFIX = 'mobileops_';
const SECRET = /^mobileops_[A-Za-z0-9_-]{43}$/;
const SECRET_BYTES = 32;

/** Tokens in the database. A secret has 256 random bits, so that a plain hash of it is enough to keep. */
export class TokenStore {
  readonly #database: Database;
  readonly #clock: Pick<Clock, 'now'>;

  constructor(database: Database, clock: Pick<Clock, 'now'>) {
    this.#database = database;
    this.#clock = clock;
  }

  async create({ name, role, scope, lifeMs }: TokenRequest): Promise<CreatedToken> {
    const secret = `${PREFIX}${randomBytes(SECRET_BYTES).toString('base64url')}`;
    const createdAtMs = this.#clock.now();
    const expiresAtMs = createdAtMs + lifeMs;
    const { id } = await this.#database.db
      .insertInto('tokens')
      .values({
        ...{ name, role, hash: sha256(secret), createdAtMs, expiresAtMs, revokedAtMs: null },
        scope: scope?.text ?? null,
      })
      .returning('id')
      .executeTakeFirstOrThrow();
    await this.#database.flush();
    return { id, name, role, scope, createdAtMs, expiresAtMs, revokedAtMs: null, secret };
  }

  async list(): Promise<TokenRecord[]> {
    const rows = await this.#database.db.selectFrom('tokens').select(SHOWN).orderBy('id').execute();
    return rows.map(recordOf);
  }

  /** False when there is no such token; one that was revoked stays so. */
  async revoke(id: number): Promise<boolean> {
    const { numUpdatedRows } = await this.#database.db
      .updateTable('tokens')
      .set({ revokedAtMs: this.#clock.now() })
      .where('id', '=', id)
      .where('revokedAtMs', 'is', null)
      .executeTakeFirst();
    await this.#database.flush();
    return numUpdatedRows > 0n;
  }

  /** The token that a secret belongs to, unless it has expired or was revoked. */
  async find(secret: string): Promise<TokenRecord | undefined> {
    if (!SECRET.test(secret)) return undefined;
    const hash = sha256(secret);
    const row = await this.#database.db
      .selectFrom('tokens')
      .select([...SHOWN, 'hash'])
      .where('hash', '=', hash)
      .executeTakeFirst();
    if (!row || !timingSafeEqual(Buffer.from(row.hash), Buffer.from(hash))) return undefined;
    const { hash: _, ...shown } = row;
    const token = recordOf(shown);
    return isValid(token, this.#clock.now()) ? token : undefined;
  }

  async isEmpty(): Promise<boolean> {
    return (await this.#database.db.selectFrom('tokens').select('id').limit(1).execute()).length === 0;
  }
}

const SHOWN = ['id', 'name', 'role', 'scope', 'createdAtMs', 'expiresAtMs', 'revokedAtMs'] as const;

function recordOf<R extends { readonly scope: string | null }>({
  scope,
  ...rest
}: R): Omit<R, 'scope'> & Pick<TokenRecord, 'scope'> {
  return { ...rest, scope: keptScope(scope) };
}

export function isValid({ revokedAtMs, expiresAtMs }: TokenRecord, nowMs: number): boolean {
  return revokedAtMs === null && nowMs < expiresAtMs;
}
