/** Where cases of the corpus are built: the context that every builder gets, and what lies around it. */

import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type CorpusCase, FETCHED, NOT_CONTEXT } from './corpus.ts';

/** What RUNs with a secret ask for. */
export const SECRET = { id: 'token', value: 'correct horse' } as const;
/** Where the files of ADD are for the Dockerfiles of the corpus, which name no machine. */
const FILES = 'https://files.example';

const CONFIGURATION =
  'apiVersion: build.mobileops.io/v1\nkind: BuildConfiguration\nmetadata:\n  name: corpus\nspec:\n  version: 1.0.0\n';

export class CorpusPlace {
  readonly root = mkdtempSync(join(tmpdir(), 'mobileops-corpus-'));
  readonly #files: Server;
  readonly #cases: readonly CorpusCase[];

  private constructor(cases: readonly CorpusCase[], files: Server) {
    this.#cases = cases;
    this.#files = files;
  }

  static async open(cases: readonly CorpusCase[]): Promise<CorpusPlace> {
    const fetched = cases.filter(({ isFetching }) => isFetching);
    const files = createServer(({ url }, response) => {
      const each = fetched.find(({ name }) => url?.startsWith(`/${name}/`));
      response.writeHead(each ? 200 : 404).end(each && readFileSync(join(each.folder, FETCHED)));
    });
    await new Promise<void>((resolve) => files.listen(0, '127.0.0.1', resolve));
    return new CorpusPlace(cases, files);
  }

  close(): void {
    this.#files.close();
    rmSync(this.root, { recursive: true, force: true });
  }

  case(name: string): CorpusCase {
    return this.#cases.find((each) => each.name === name)!;
  }

  /** What a case stands on, the lowest first. */
  needsOf(each: CorpusCase): CorpusCase[] {
    return each.needs.flatMap((name) => [...this.needsOf(this.case(name)), this.case(name)]);
  }

  /** A workspace with `docker/Dockerfile.<name>` of a case and of what it needs, made anew at `folder`. */
  lay(each: CorpusCase, folder: string): void {
    mkdirSync(join(folder, 'docker'), { recursive: true });
    writeFileSync(join(folder, 'build-config.yaml'), CONFIGURATION);
    for (const part of [...this.needsOf(each), each]) {
      for (const name of readdirSync(part.folder))
        if (name !== 'Dockerfile' && !NOT_CONTEXT.includes(name))
          copy(join(part.folder, name), join(folder, name));
      const { port } = this.#files.address() as AddressInfo;
      const text = part.dockerfile.replaceAll(FILES, `http://127.0.0.1:${port}/${part.name}`);
      writeFileSync(join(folder, 'docker', `Dockerfile.${part.name}`), text);
    }
    // We know files that may be run and others; a checkout may have the modes of somebody's umask.
    spawnSync('chmod', ['-R', 'u=rwX,go=rX', folder]);
  }
}

function copy(from: string, to: string): void {
  cpSync(from, to, { recursive: true, verbatimSymlinks: true });
}
