import type { Result } from '../../base/index.ts';
import type { Seen } from '../access/scope.ts';
import { type ArtifactFile, ArtifactStore, newestFirst } from '../artifacts/artifact-store.ts';
import { named } from '../database/named.ts';
import type { Services } from '../services.ts';
import { type AppCard, AppCards } from './app-cards.ts';
import { ReleaseGates } from './release-gates.ts';
import type { InstallTables } from './tables.ts';

export interface OfferedApp {
  readonly row: ArtifactFile;
  readonly card: Result<AppCard, string>;
  /** The same app once more, as the APK that its App Bundle gives to every device. */
  readonly universal?: ArtifactFile;
}

/** What one publisher offers to devices: the packages of one version. */
export interface Offer {
  readonly name: string;
  /** `undefined` where nothing points to a version: then it is the newest. */
  readonly channel: string | undefined;
  readonly version: string;
  /** What is to be known of its quality gates, a sentence each. */
  readonly gates: readonly string[];
  readonly apps: readonly OfferedApp[];
}

export type WebApp = InstallTables['installLinks'];

const MOST_NAMES = 1000;
const FIRST_CHANNELS = ['stable', 'latest'];

/** Apps that can be installed, as they are published. */
export class InstallCatalog {
  readonly store: ArtifactStore;
  readonly #services: Services;
  readonly #cards: AppCards;
  readonly #gates: ReleaseGates;

  constructor(services: Services) {
    this.#services = services;
    this.store = new ArtifactStore(services);
    this.#cards = new AppCards(services);
    this.#gates = new ReleaseGates(services);
  }

  /** Of every name the version of its first channel; without channels the newest. What can be installed comes first. */
  async offers(seen: Seen): Promise<Offer[]> {
    const names = await this.#names(seen);
    const offers = await Promise.all(names.map((name) => this.offersOf(name)));
    const isWhole = ({ apps }: Offer): number => Number(apps.some(({ card }) => card.ok));
    return offers.flatMap(([first]) => first ?? []).sort((a, b) => isWhole(b) - isWhole(a));
  }

  /** Of one name, every channel's, stable first. */
  async offersOf(name: string): Promise<Offer[]> {
    const published = await this.store.files(name);
    const files = published.filter(isApp);
    const channels = (await this.store.channels(name)).toSorted(
      (a, b) => rank(a.channel) - rank(b.channel) || newestFirst(a.version, b.version),
    );
    const pointed = channels.map(({ channel, version }) => ({ channel, version }));
    const newest = files[0]?.version;
    const all = pointed.some(({ version }) => files.some((file) => file.version === version))
      ? pointed
      : newest === undefined
        ? []
        : [{ channel: undefined, version: newest }];
    const offers = await Promise.all(
      all.map(async ({ channel, version }) => ({
        ...{ name, channel, version, gates: await this.#gates.of(published, version) },
        apps: await this.#apps(files.filter((file) => file.version === version)),
      })),
    );
    return offers.filter(({ apps }) => apps.length > 0);
  }

  /** All packages of a name, newest version first. */
  async history(name: string): Promise<ArtifactFile[]> {
    return (await this.store.files(name)).filter(isApp);
  }

  webApps(seen: Seen): Promise<WebApp[]> {
    const all = this.#services.database.db.selectFrom('installLinks').selectAll();
    return all.where(named('name', seen)).orderBy('title').execute();
  }

  async card(row: ArtifactFile): Promise<Result<AppCard, string>> {
    return this.#cards.of(row.digest, row.file);
  }

  /** Those for people before those for developers. */
  async #apps(rows: readonly ArtifactFile[]): Promise<OfferedApp[]> {
    const apps = await Promise.all(rows.map(async (row) => ({ row, card: await this.card(row) })));
    const isForDevelopers = ({ card }: OfferedApp): number => Number(card.ok && card.value.isDebuggable);
    return withoutTwins(apps).sort((a, b) => isForDevelopers(a) - isForDevelopers(b));
  }

  async #names(seen: Seen): Promise<string[]> {
    const { db } = this.#services.database;
    const rows = await db
      .selectFrom('artifactFiles')
      .select('name')
      .distinct()
      .where('removedAtMs', 'is', null)
      .where(named('name', seen))
      .where((where) => where.or([where('file', 'like', '%.apk'), where('file', 'like', '%.ipa')]))
      .orderBy('name')
      .limit(MOST_NAMES)
      .execute();
    return rows.map(({ name }) => name);
  }
}

function isApp({ file }: ArtifactFile): boolean {
  return /\.(?:apk|ipa)$/.test(file);
}

const UNIVERSAL = /-universal(?=[-.])/;

/** An APK and its universal one are one app to a person, who takes the first. */
function withoutTwins(apps: readonly OfferedApp[]): OfferedApp[] {
  const twinOf = ({ row, card }: OfferedApp): OfferedApp | undefined =>
    apps.find(
      (other) =>
        UNIVERSAL.test(other.row.file) &&
        other.row.file.replace(UNIVERSAL, '') === row.file &&
        isSameApp(other.card, card),
    );
  const twins = new Map(apps.map((app) => [app, twinOf(app)?.row]));
  const hidden = new Set(twins.values());
  return apps
    .filter(({ row }) => !hidden.has(row))
    .map((app) => {
      const universal = twins.get(app);
      return universal ? { ...app, universal } : app;
    });
}

/** By what a device tells apps apart: one of them replaces the other. */
function isSameApp(a: OfferedApp['card'], b: OfferedApp['card']): boolean {
  if (!a.ok || !b.ok) return false;
  const keyOf = ({ id, version, build, certificates }: AppCard): string =>
    JSON.stringify([id, version, build, certificates]);
  return keyOf(a.value) === keyOf(b.value);
}

function rank(channel: string): number {
  const at = FIRST_CHANNELS.indexOf(channel);
  return at < 0 ? FIRST_CHANNELS.length : at;
}
