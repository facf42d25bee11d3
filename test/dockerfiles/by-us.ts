/** Cases built by the real command line, with Debian's root in a registry on loopback. */
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { LoopbackRegistry } from '../../bench/images/registry.ts';
import { findProgram } from '../../bench/images/tool-environment.ts';
import { readPlainImage } from '../debian-base.ts';
import { Rig } from '../e2e/rig.ts';
import type { CorpusCase } from './corpus.ts';
import { type CorpusPlace, SECRET } from './corpus-place.ts';
import { eachOnce } from './each-once.ts';

export class OurBuilder {
  readonly #place: CorpusPlace;
  readonly #rig = new Rig();
  readonly #settings: string;
  readonly #registry: LoopbackRegistry;

  private constructor(place: CorpusPlace, registry: LoopbackRegistry) {
    this.#place = place;
    this.#registry = registry;
    this.#settings = join(place.root, 'registries.json');
    writeFileSync(this.#settings, JSON.stringify({ 'docker.io': { mirrors: [registry.host] } }));
  }

  /** `base` is the layout of what `debian:bookworm` is. */
  static async open(place: CorpusPlace, base: string): Promise<OurBuilder> {
    const folder = join(place.root, 'registry');
    mkdirSync(folder);
    const registry = await LoopbackRegistry.start(folder, 'docker-registry');
    await registry.put('library/debian', 'bookworm', readPlainImage(base));
    return new OurBuilder(place, registry);
  }

  /** Why it cannot be opened. */
  static missing(): string | undefined {
    return findProgram('docker-registry') === undefined ? 'docker-registry is missing' : undefined;
  }

  async close(): Promise<void> {
    this.#registry.stop();
    await this.#rig[Symbol.asyncDispose]();
  }

  /** The layout of a case. */
  readonly build = eachOnce((each) => this.#build(each));

  async #build(each: CorpusCase): Promise<string> {
    const workspace = join(this.#place.root, 'ours', each.name);
    this.#place.lay(each, workspace);
    const env = {
      MOBILEOPS_REGISTRIES: this.#settings,
      [`MOBILEOPS_SECRET_${SECRET.id.toUpperCase()}`]: SECRET.value,
    };
    const parts = [...this.#place.needsOf(each), each];
    const isLocked = parts.some(({ hasRun, isFetching }) => hasRun || isFetching);
    for (const words of [...(isLocked ? [['deps', 'lock']] : []), ['build', `image:${each.name}`]]) {
      const { code, output } = await this.#rig.run(words, { workspace, env });
      assert.equal(code, 0, output);
    }
    return join(workspace, 'dist/images', each.name);
  }
}
