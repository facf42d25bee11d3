import { createHash } from 'node:crypto';
import type { FileSystem } from '../../host/index.ts';

/** A file that pages load. Its name has a hash of its content, so that a browser may keep it for ever. */
export interface WebAsset {
  readonly type: string;
  readonly bytes: Uint8Array;
  readonly brotli: Uint8Array | undefined;
  readonly gzip: Uint8Array | undefined;
}

/** What a page loads, as addresses. */
export interface PageFiles {
  readonly styles: readonly string[];
  readonly scripts: readonly string[];
  /** What the scripts will ask for, so that it is fetched at once. */
  readonly preloads: readonly string[];
}

const etags = new WeakMap<WebAsset, string>();

/** An entity tag for a file in one of its forms. */
export function etagOf(asset: WebAsset, encoding: string | undefined): string {
  const known = etags.get(asset);
  const hash = known ?? createHash('sha256').update(asset.bytes).digest('hex').slice(0, 20);
  if (known === undefined) etags.set(asset, hash);
  return encoding === undefined ? `"${hash}"` : `"${hash}-${encoding}"`;
}

interface Manifest {
  readonly version: 1;
  readonly pages: Readonly<Record<string, Partial<PageFiles>>>;
  readonly files: Readonly<Record<string, string>>;
}

const NOTHING: PageFiles = { styles: [], scripts: [], preloads: [] };
export const ASSETS_PATH = '/assets/';

/** The scripts and styles of our pages, as `scripts/web.mjs` makes them from `web/`; all in memory. */
export class WebAssets {
  readonly #files: ReadonlyMap<string, WebAsset>;
  readonly #pages: Manifest['pages'];

  constructor(files: ReadonlyMap<string, WebAsset> = new Map(), pages: Manifest['pages'] = {}) {
    this.#files = files;
    this.#pages = pages;
  }

  /** Without a folder, or with one that was not made, pages have neither style nor script. */
  static read(fs: FileSystem, folder: string | undefined): WebAssets {
    const text = folder === undefined ? undefined : fs.readTextIfExists(`${folder}/manifest.json`);
    if (text === undefined || folder === undefined) return new WebAssets();
    const { files, pages } = JSON.parse(text) as Manifest;
    const ifThere = (path: string): Uint8Array | undefined =>
      fs.lstat(path) ? fs.readFile(path) : undefined;
    const read = Object.entries(files).map(([name, type]): [string, WebAsset] => {
      const path = `${folder}/${name}`;
      const bytes = fs.readFile(path);
      return [name, { type, bytes, brotli: ifThere(`${path}.br`), gzip: ifThere(`${path}.gz`) }];
    });
    return new WebAssets(new Map(read), pages);
  }

  get isEmpty(): boolean {
    return this.#files.size === 0;
  }

  find(name: string): WebAsset | undefined {
    return this.#files.get(name);
  }

  /** `shell` for a page without a script. */
  filesOf(page: string): PageFiles {
    const addresses = (names: readonly string[] = []): string[] =>
      names.map((name) => `${ASSETS_PATH}${name}`);
    const { styles, scripts, preloads } = { ...NOTHING, ...this.#pages[page] };
    return { styles: addresses(styles), scripts: addresses(scripts), preloads: addresses(preloads) };
  }
}
