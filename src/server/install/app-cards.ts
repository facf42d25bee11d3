import { type AppFacts, appDiagnostic, appFactsOfBytes, certificatesOf } from '../../apps/index.ts';
import { fail, ok, type Result } from '../../base/index.ts';
import { parseBlobDigest } from '../blobs/blob-digest.ts';
import { KeyedLock } from '../blobs/keyed-lock.ts';
import type { Services } from '../services.ts';

/** What a person wants to know before installing. All of it is read from the package, nothing is told by its publisher. */
export interface AppCard {
  readonly format: 'apk' | 'ipa';
  readonly label: string;
  readonly id: string;
  readonly version: string;
  readonly build: string;
  /** `Android 5.0 (API 21)`, `iOS 15.0`. */
  readonly needs: string;
  readonly permissions: readonly string[];
  readonly isDebuggable: boolean;
  /** SHA-256 of the certificates that signed it. */
  readonly certificates: readonly string[];
  /** Errors of the app report: why a device would refuse it. */
  readonly errors: readonly string[];
}

/** Larger packages are listed, and not looked into. */
const MOST_BYTES = 2 ** 29;

/** Cards by content, each read once: the content never changes. One package is in memory at a time. */
export class AppCards {
  readonly #services: Services;
  readonly #reading = new KeyedLock();

  constructor(services: Services) {
    this.#services = services;
  }

  async of(digest: string, file: string): Promise<Result<AppCard, string>> {
    return (await this.#kept(digest)) ?? this.#reading.run('', () => this.#read(digest, file));
  }

  async #kept(digest: string): Promise<Result<AppCard, string> | undefined> {
    const { db } = this.#services.database;
    const row = await db
      .selectFrom('installApps')
      .selectAll()
      .where('digest', '=', digest)
      .executeTakeFirst();
    if (!row) return undefined;
    return row.card === null ? fail(row.problem ?? '') : ok(JSON.parse(row.card) as AppCard);
  }

  async #read(digest: string, file: string): Promise<Result<AppCard, string>> {
    const kept = await this.#kept(digest);
    if (kept) return kept;
    const { blobs, clock, signal, database } = this.#services;
    const blob = parseBlobDigest(digest)!;
    const size = await blobs.stat(blob);
    if (!size) return fail('its content is damaged and was set aside; publish it again to heal it');
    if (size.sizeBytes > MOST_BYTES) return fail('it is larger than 512 MiB, and was not looked into');
    const bytes = await blobs.readWhole(blob);
    if (!bytes) return fail('its content is damaged and was set aside; publish it again to heal it');
    const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const facts = await appFactsOfBytes({ nowMs: clock.now(), signal }, { bytes: buffer, name: file });
    const card = facts.ok ? cardOf(facts.value) : fail(appDiagnostic(facts.failure).message);
    await database.db
      .insertInto('installApps')
      .values({
        digest,
        card: card.ok ? JSON.stringify(card.value) : null,
        problem: card.ok ? null : card.failure,
      })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
    return card;
  }
}

/** Versions of Android by API level, for those who know only them. */
const ANDROID: Readonly<Record<number, string>> = {
  ...{
    21: '5.0',
    22: '5.1',
    23: '6',
    24: '7.0',
    25: '7.1',
    26: '8.0',
    27: '8.1',
    28: '9',
    29: '10',
    30: '11',
  },
  ...{ 31: '12', 32: '12L', 33: '13', 34: '14', 35: '15', 36: '16', 37: '17' },
};

function cardOf({ file, app, android, ios, findings }: AppFacts): Result<AppCard, string> {
  if (file.format === 'aab') return fail('an App Bundle is for a store, no device installs it');
  const [bundle] = ios?.bundles ?? [];
  const release = android && ANDROID[android.minSdk];
  return ok({
    format: file.format,
    label: app.label ?? app.id,
    ...{ id: app.id, version: app.version, build: app.build },
    needs: android
      ? `Android ${release === undefined ? '' : `${release} `}(API ${android.minSdk})`
      : `iOS ${bundle?.minimumOs ?? '?'}`,
    permissions: (android?.permissions ?? []).map(({ name }) => name.replace(/^android\.permission\./, '')),
    isDebuggable: android?.isDebuggable ?? false,
    certificates: android
      ? certificatesOf(android.signatures).map(({ sha256 }) => sha256)
      : (ios?.binaries[0]?.signature?.certificates ?? []).slice(0, 1).map(({ sha256 }) => sha256),
    errors: findings.filter(({ severity }) => severity === 'error').map(({ message }) => message),
  });
}
