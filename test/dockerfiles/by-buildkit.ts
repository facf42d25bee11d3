/** Cases built by BuildKit's own server, which says what the language means, with the frontend that is part of it. */
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Daemon } from '../../bench/images/daemon.ts';
import { findProgram, toolEnvironment } from '../../bench/images/tool-environment.ts';
import type { CorpusCase } from './corpus.ts';
import { type CorpusPlace, SECRET } from './corpus-place.ts';
import { eachOnce } from './each-once.ts';

const run = promisify(execFile);
const HOST_NETWORK = 'network.host';

export class BuildKit {
  readonly #place: CorpusPlace;
  readonly #base: string;
  readonly #client: string;
  readonly #env: Readonly<Record<string, string>>;
  readonly #daemon: Daemon;

  private constructor(
    place: CorpusPlace,
    base: string,
    server: { client: string; env: Readonly<Record<string, string>>; daemon: Daemon },
  ) {
    this.#place = place;
    this.#base = base;
    this.#client = server.client;
    this.#env = server.env;
    this.#daemon = server.daemon;
  }

  /** `programs` is where buildkitd and buildctl are. */
  static async open(
    place: CorpusPlace,
    { base, programs }: { base: string; programs: string },
  ): Promise<BuildKit> {
    const folder = join(place.root, 'buildkit');
    mkdirSync(folder);
    const address = `unix://${join(folder, 'sock')}`;
    const env = toolEnvironment(folder, { BUILDKIT_HOST: address });
    const client = join(programs, 'buildctl');
    writeFileSync(join(folder, 'secret'), SECRET.value);
    const daemon = await Daemon.start({
      argv: [
        ...[join(programs, 'buildkitd'), '--addr', address, '--root', join(folder, 'root')],
        ...['--oci-worker=true', '--containerd-worker=false', '--oci-worker-snapshotter=overlayfs'],
        ...['--oci-worker-binary', findProgram('runc')!, '--allow-insecure-entitlement', HOST_NETWORK],
      ],
      env,
      log: join(folder, 'log'),
      isReady: async () => (await run(client, ['debug', 'workers'], { env })).stdout.length > 0,
    });
    return new BuildKit(place, base, { client, env, daemon });
  }

  /** Why it cannot be opened. */
  static missing(programs: string): string | undefined {
    if (!existsSync(join(programs, 'buildkitd'))) return 'buildkitd is missing';
    if (findProgram('runc') === undefined) return 'runc is missing';
    return process.getuid?.() === 0 ? undefined : 'root is missing, which buildkitd needs here';
  }

  close(): void {
    this.#daemon.stop();
  }

  /** The layout of a case. */
  readonly build = eachOnce((each) => this.#build(each));

  async #build(each: CorpusCase): Promise<string> {
    const images = new Map([['debian:bookworm', this.#base]]);
    for (const need of this.#place.needsOf(each))
      images.set(`mobileops-${need.name}`, await this.build(need));
    const context = join(this.#place.root, 'buildkit', 'contexts', each.name);
    this.#place.lay(each, context);
    withoutFrontend(join(context, 'docker', `Dockerfile.${each.name}`));
    const output = join(this.#place.root, 'buildkit', 'layouts', each.name);
    const words = [
      ...['build', '--frontend', 'dockerfile.v0', '--opt', `filename=docker/Dockerfile.${each.name}`],
      ...['--local', `context=${context}`, '--local', `dockerfile=${context}`],
      ...[...images].flatMap(([name, layout], at) => namedContext(name, { layout, key: `image${at}` })),
      ...['--secret', `id=${SECRET.id},src=${join(this.#place.root, 'buildkit', 'secret')}`],
      ...['--allow', HOST_NETWORK, '--output', `type=oci,tar=false,dest=${output}`],
    ];
    await run(this.#client, words, { env: this.#env });
    return output;
  }
}

function namedContext(name: string, { layout, key }: { layout: string; key: string }): string[] {
  const { digest } = JSON.parse(readFileSync(join(layout, 'index.json'), 'utf8')).manifests[0];
  return ['--oci-layout', `${key}=${layout}`, '--opt', `context:${name}=oci-layout://${key}@${digest}`];
}

/** `# syntax=` asks a registry for another frontend, and there is none. */
function withoutFrontend(dockerfile: string): void {
  const text = readFileSync(dockerfile, 'utf8');
  writeFileSync(dockerfile, text.replace(/^(\uFEFF?)#\s*syntax\s*=[^\n]*\n/i, '$1'));
}
