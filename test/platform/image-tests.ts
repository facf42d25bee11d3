/** Acceptance of the platform's images: they are started, as `docs/images.md` says, and asked what they are there for. */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { get, request } from 'node:http';
import { join } from 'node:path';
import type { TestContext } from 'node:test';

const MAIN = join(import.meta.dirname, '..', '..', 'src', 'main.ts');

type Check = (name: string, body: (t: TestContext) => void | Promise<void>) => void;

export interface BuiltImages {
  readonly dist: string;
  readonly cache: string;
}

interface GoldenCase {
  readonly window: readonly (readonly number[])[];
  readonly probabilities: readonly number[];
}

export function imageTests(check: Check, images: BuiltImages): void {
  for (const name of ['base', 'ai', 'web'])
    check(`the service of image ${name} starts, and its health check passes`, (t) => {
      const ended = runImage(images, name, ['--until-healthy', '--timeout', '120s']);
      if (skipped(t, ended)) return;
      assert.equal(ended.status, 0, ended.stderr);
      assert.match(ended.stderr, /: healthy after /);
    });

  check('image ai judges the golden windows as the model does, over HTTP', async (t) => {
    await using service = await Service.start(t, images, { name: 'ai', port: 8081 });
    if (!service.origin) return;
    const text = readFileSync(join(images.dist, 'components/ai-core/models/golden.json'), 'utf8');
    const { tolerance, cases } = JSON.parse(text) as { tolerance: number; cases: GoldenCase[] };
    for (const { window, probabilities } of cases) {
      const body = `${window.map((row) => row.join()).join('\n')}\n`;
      const answer = JSON.parse(await post(`${service.origin}/predict`, body));
      const found = Object.values<number>(answer.probabilities);
      for (const [index, value] of probabilities.entries())
        assert.ok(Math.abs(found[index]! - value) <= tolerance);
    }
  });

  check('image web gives the page as it was built, and its files compressed once', async (t) => {
    await using service = await Service.start(t, images, { name: 'web', port: 80 });
    if (!service.origin) return;
    const page = await fetched(`${service.origin}/`);
    assert.equal(page.body.toString(), readFileSync(join(images.dist, 'mobile/webapp/index.html'), 'utf8'));
    const script = /src="\.?(\/assets\/[^"]+\.js)"/.exec(page.body.toString())?.[1];
    assert.ok(script, page.body.toString());
    const compressed = await fetched(`${service.origin}${script}`, { 'accept-encoding': 'gzip' });
    assert.equal(compressed.headers['content-encoding'], 'gzip');
    const plain = await fetched(`${service.origin}${script}`);
    assert.deepEqual(plain.body, readFileSync(join(images.dist, 'mobile/webapp', script)));
    assert.ok(compressed.body.length < plain.body.length);
  });

  check('image base runs as its own user, and image tools has what development needs', (t) => {
    const who = runImage(images, 'base', ['--', 'id', '-un']);
    if (skipped(t, who)) return;
    assert.equal(who.stdout, 'mobileops\n');
    const script = 'cc --version && make --version && python3 -m pytest --version && shellcheck --version';
    const tools = runImage(images, 'tools', ['--', 'sh', '-ec', script]);
    assert.equal(tools.status, 0, tools.stderr);
  });
}

function commandLine({ dist }: BuiltImages, name: string, words: readonly string[]): string[] {
  return [MAIN, 'image', 'run', join(dist, 'images', name), ...words];
}

function runImage(images: BuiltImages, name: string, words: readonly string[]) {
  const env = { ...process.env, MOBILEOPS_CACHE: images.cache };
  return spawnSync(process.execPath, commandLine(images, name, words), { env, encoding: 'utf8' });
}

/** 3: what the machine must have for containers is missing. */
function skipped(t: TestContext, { status, stderr }: { status: number | null; stderr: string }): boolean {
  if (status !== 3) return false;
  t.skip(`not run: ${stderr.trim().slice(-300)}`);
  return true;
}

/** An image whose port is reached from here, until the end of the test. */
class Service {
  readonly origin: string | undefined;
  readonly #process: ChildProcess;
  readonly #ended: Promise<void>;

  private constructor(process: ChildProcess, ended: Promise<void>, origin: string | undefined) {
    this.#process = process;
    this.#ended = ended;
    this.origin = origin;
  }

  static async start(
    t: TestContext,
    images: BuiltImages,
    { name, port }: { readonly name: string; readonly port: number },
  ): Promise<Service> {
    const env = { ...process.env, MOBILEOPS_CACHE: images.cache };
    const words = commandLine(images, name, ['--publish', `0:${port}`]);
    const child = spawn(process.execPath, words, { env, stdio: ['ignore', 'ignore', 'pipe'] });
    let said = '';
    const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    const healthy = new Promise<void>((resolve) => {
      child.stderr.setEncoding('utf8').on('data', (text: string) => {
        said += text;
        if (/: healthy after /.test(said)) resolve();
      });
    });
    await Promise.race([healthy, ended]);
    const address = /port \d+ is at (\S+)/.exec(said)?.[1];
    if (child.exitCode === null) return new Service(child, ended, `http://${address}`);
    assert.ok(skipped(t, { status: child.exitCode, stderr: said }), said);
    return new Service(child, ended, undefined);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#process.kill('SIGTERM');
    await this.#ended;
  }
}

interface Answer {
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: Buffer;
}

/** As the bytes come: `fetch` would unpack them. */
function fetched(address: string, headers: Readonly<Record<string, string>> = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    get(address, { headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => resolve({ headers: response.headers, body: Buffer.concat(chunks) }));
    }).on('error', reject);
  });
}

function post(address: string, body: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const call = request(address, { method: 'POST' }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk;
      });
      response.on('end', () => resolve(text));
    });
    call.on('error', reject).end(body);
  });
}
