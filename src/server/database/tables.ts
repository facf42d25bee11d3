import type { Generated } from 'kysely';
import type { Role } from '../access/role.ts';
import type { ArtifactTables } from '../artifacts/tables.ts';
import type { BuildsTables } from '../builds/tables.ts';
import type { InstallTables } from '../install/tables.ts';
import type { NpmTables } from '../npm/tables.ts';
import type { OciTables } from '../oci/tables.ts';
import type { PypiTables } from '../pypi/tables.ts';

/** Tables of the core; a face adds its own beside them. */
export interface CoreTables {
  /** Migrations that were done, by name. */
  readonly migrations: { readonly name: string; readonly doneAtMs: number };
  readonly tokens: {
    readonly id: Generated<number>;
    readonly name: string;
    readonly role: Role;
    /** `Scope.text`; nothing for a token without limits. */
    readonly scope: string | null;
    /** SHA-256 of the token in hex: the token itself is nowhere. */
    readonly hash: string;
    readonly createdAtMs: number;
    readonly expiresAtMs: number;
    readonly revokedAtMs: number | null;
  };
  /** Rows are added and never changed, and removed at the old end alone: triggers refuse the rest. */
  readonly audit: {
    readonly id: Generated<number>;
    readonly atMs: number;
    readonly requestId: string;
    readonly who: string;
    /** What the token was limited to. */
    readonly scope: string | null;
    readonly address: string;
    readonly operation: string;
    readonly target: string;
    readonly status: number;
  };
  /** One row: what is older than this entry may be removed. It only grows. */
  readonly auditStart: { readonly one: Generated<1>; readonly firstId: number };
}

/** What faces store: each face names its tables in a file of its own and is added here. */
export interface Tables
  extends CoreTables,
    ArtifactTables,
    BuildsTables,
    InstallTables,
    NpmTables,
    OciTables,
    PypiTables {}
