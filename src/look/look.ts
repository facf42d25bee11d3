import { join } from 'node:path/posix';
import type { Host } from '../host/index.ts';
import { canFind } from './finds.ts';
import { findLister, makeLister } from './lister.ts';
import {
  FIND_RESULTS,
  findMachine,
  findSources,
  type Listing,
  type MachineTrees,
  startListings,
  TICK_MS,
  type Wanted,
} from './listings.ts';

export interface LookPlaces {
  /** The workspace; without one only the machine is looked at. */
  readonly root?: string | undefined;
  /** The user's store: what is remembered of the machine, and our own lister. */
  readonly store: string;
  /** The source of our own lister, absolute. */
  readonly source: string;
  /** A folder of ours in which nothing is a source. */
  readonly scratch: string;
}

type Found = ReadonlyMap<string, Promise<Listing | undefined>>;

/**
 * One look at all files that a build depends on: sources, results, and what the sandbox shows of the machine. It goes on in
 * other processes, so it is begun before anything else is loaded, with what is remembered of the build before.
 */
export class Look {
  readonly #host: Host;
  readonly #places: LookPlaces;
  readonly #remembered: MachineTrees | undefined;
  readonly #lister: string | undefined;
  readonly #found: Promise<Found>;

  private constructor(host: Host, places: LookPlaces, lister: string | undefined) {
    this.#host = host;
    this.#places = places;
    this.#lister = lister;
    this.#remembered = recall(host, places.store);
    this.#found = this.#start();
    this.#found.catch(() => {});
  }

  /** `undefined` on a machine with neither our lister nor GNU `find`. */
  static begin(host: Host, places: LookPlaces): Look | undefined {
    const lister = findLister(host.fs, places);
    return lister !== undefined || canFind(host) ? new Look(host, places, lister) : undefined;
  }

  /** Makes the next look faster, where that is possible. */
  async prepareNext(signal: AbortSignal): Promise<void> {
    if (this.#lister === undefined) await makeLister(this.#host, this.#places, signal);
  }

  /** Everything that can be a source; `undefined` where that could not be listed, as in all that follows. */
  async sources(): Promise<Listing | undefined> {
    return (await this.#found).get('sources');
  }

  /** Everything in `dist/`. */
  async results(): Promise<Listing | undefined> {
    return (await this.#found).get('results');
  }

  async resultsNow(): Promise<Listing | undefined> {
    const { root } = this.#places;
    return root === undefined ? undefined : this.#now(resultsOf(this.#places, root));
  }

  /** What is shown of the machine, as it was at some moment since the look began. */
  async machine(trees: MachineTrees): Promise<Listing | undefined> {
    const found = await this.#found;
    if (JSON.stringify(trees) === JSON.stringify(this.#remembered)) return found.get('machine');
    remember(this.#host, this.#places.store, trees);
    return this.machineNow(trees);
  }

  async machineNow(trees: MachineTrees): Promise<Listing | undefined> {
    await this.#found;
    return this.#now(machineOf(this.#places, trees));
  }

  #now(wanted: Wanted): Promise<Listing | undefined> {
    return this.#list([wanted])[0]!;
  }

  #list(wanted: readonly Wanted[]): Promise<Listing | undefined>[] {
    const { scratch } = this.#places;
    return startListings(this.#host, { scratch, lister: this.#lister }, wanted);
  }

  async #start(): Promise<Found> {
    const { fs, clock } = this.#host;
    const { root, scratch } = this.#places;
    if (!fs.lstat(scratch)) {
      fs.makeDirectory(scratch);
      // The workspace's own folder is to be older than the listing.
      await clock.sleep(2 * TICK_MS);
    }
    const wanted = [
      ...(root === undefined ? [] : [resultsOf(this.#places, root), sourcesOf(this.#places, root)]),
      ...(this.#remembered ? [machineOf(this.#places, this.#remembered)] : []),
    ];
    const listings = this.#list(wanted);
    return new Map(wanted.map(({ name }, index) => [name, listings[index]!]));
  }
}

function resultsOf({ scratch }: LookPlaces, root: string): Wanted {
  return { name: 'results', cwd: root, args: () => FIND_RESULTS, words: [], memory: scratch };
}

function sourcesOf({ scratch }: LookPlaces, root: string): Wanted {
  return { name: 'sources', cwd: root, args: findSources, words: [], memory: scratch };
}

function machineOf({ store }: LookPlaces, trees: MachineTrees): Wanted {
  const { hidden, large } = trees;
  return {
    name: 'machine',
    cwd: '/',
    args: (clock) => findMachine(trees, clock),
    words: [...trees.trees, ...hidden.map((path) => `-${path}`), ...large.map((path) => `=${path}`)],
    memory: store,
    // A folder that we may not read, our actions cannot read either.
    isPartial: true,
  };
}

/** One for each user: what is shown differs. */
function memoPath({ env }: Host, store: string): string {
  return join(store, `root-trees-${env.userId}.json`);
}

/** What is wrong here is found out by who asks for the machine. */
function recall(host: Host, store: string): MachineTrees | undefined {
  try {
    const trees = JSON.parse(host.fs.readTextIfExists(memoPath(host, store)) ?? '');
    findMachine(trees, '');
    return trees;
  } catch {
    return undefined;
  }
}

function remember(host: Host, store: string, { trees, hidden, large }: MachineTrees): void {
  host.fs.makeDirectory(store);
  host.fs.replaceFile(memoPath(host, store), JSON.stringify({ trees, hidden, large }));
}
