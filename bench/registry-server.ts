/**
 * The registry of `mobileops serve` and distribution's: many small blobs, one large one, and the memory that it takes. What is
 * measured stands in `bench/README.md`; the results go into `bench/RESULTS.md`.
 */
import { execFile } from 'node:child_process';
import { closeSync, fsyncSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { median } from './measure.ts';
import { Client, noise, type Piece, together } from './registry/client.ts';
import { KINDS, type Server, type ServerKind } from './registry/servers.ts';
import { loadText, machineLine, writeSection } from './results-file.ts';

const USAGE = `node bench/registry-server.ts [--runs 5] [--servers NAME,...] [--blobs 1000] [--large-mib 1024] [--no-memory] [--no-write]

  servers    ${KINDS.map(({ name }) => name).join(', ')}
`;
const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '5' },
    servers: { type: 'string', default: KINDS.map(({ name }) => name).join(',') },
    blobs: { type: 'string', default: '1000' },
    'large-mib': { type: 'string', default: '1024' },
    'no-memory': { type: 'boolean', default: false },
    'no-write': { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) {
  console.log(USAGE);
  process.exit();
}
const run = promisify(execFile);
const BLOB_BYTES = 100_000;
const LARGE_BYTES = Number(values['large-mib']) * 2 ** 20;
const FIVE_GB = 5e9;
const AT_ONCE = [1, 16] as const;

/** By row and server. */
const results = new Map<string, Map<string, number[]>>();

function add(row: string, server: string, value: number): void {
  const of = results.get(row) ?? new Map<string, number[]>();
  results.set(row, of.set(server, [...(of.get(server) ?? []), value]));
}

async function seconds(work: () => Promise<void>): Promise<number> {
  const began = performance.now();
  await work();
  return (performance.now() - began) / 1000;
}

async function withServer(kind: ServerKind, work: (server: Server) => Promise<void>): Promise<void> {
  const server = await kind.start();
  try {
    await work(server);
  } finally {
    await server.stop();
  }
}

/** Each round has blobs of its own, so that none is there before. */
let seed = 0;
const fresh = (count: number): Piece[] => Array.from({ length: count }, () => noise(++seed, BLOB_BYTES));

async function small(kind: ServerKind): Promise<void> {
  await withServer(kind, async ({ target }) => {
    for (const atOnce of AT_ONCE) {
      const blobs = fresh(Number(values.blobs));
      const client = new Client(target, atOnce);
      const pushed = await seconds(() => together(blobs, atOnce, (blob) => client.push(blob)));
      add(`push of 100 KB, ${atOnce} at once (blobs/s)`, kind.name, blobs.length / pushed);
      const pulled = await seconds(() => together(blobs, atOnce, (blob) => client.pull(blob)));
      add(`pull of 100 KB, ${atOnce} at once (blobs/s)`, kind.name, blobs.length / pulled);
      client.close();
    }
  });
}

/** By curl: a client in Node is slower than the servers. */
async function large(kind: ServerKind, { path, digest }: LargeFile): Promise<void> {
  await withServer(kind, async ({ target }) => {
    const client = new Client(target, 1);
    const place = await client.begin(digest);
    client.close();
    const headers = Object.entries(target.headers).flatMap(([name, value]) => ['-H', `${name}: ${value}`]);
    const curl = async (words: readonly string[]): Promise<number> =>
      seconds(async () => void (await run('curl', ['-sf', '-o', '/dev/null', ...headers, ...words])));
    const pushed = await curl(['-T', path, '-H', 'content-type: application/octet-stream', place]);
    add('push of 1 GiB (MB/s)', kind.name, LARGE_BYTES / 1e6 / pushed);
    const pulled = await curl([`${target.url}/v2/bench/blobs/${digest}`]);
    add('pull of 1 GiB (MB/s)', kind.name, LARGE_BYTES / 1e6 / pulled);
  });
}

interface LargeFile {
  readonly path: string;
  readonly digest: string;
}

function largeFile(folder: string): LargeFile {
  const { digest, chunks } = noise(++seed, LARGE_BYTES);
  const path = join(folder, 'large');
  const file = openSync(path, 'w');
  for (const chunk of chunks()) writeSync(file, chunk);
  fsyncSync(file);
  closeSync(file);
  return { path, digest };
}

async function memory(kind: ServerKind): Promise<void> {
  await withServer(kind, async ({ target, peakBytes }) => {
    const client = new Client(target, 4);
    const blobs = Array.from({ length: 20 }, () => noise(++seed, FIVE_GB / 20));
    await together(blobs, 4, (blob) => client.push(blob));
    await together(blobs, 4, (blob) => client.pull(blob));
    add('peak memory, 5 GB in and out, 4 at once (MB)', kind.name, peakBytes() / 1e6);
    client.close();
  });
}

function table(kinds: readonly ServerKind[], notRun: readonly string[]): string {
  const head = `| row | ${kinds.map(({ name }) => name).join(' | ')} |\n|---|${kinds.map(() => '---:').join('|')}|`;
  const rows = [...results].map(([row, of]) => {
    const cells = kinds.map(({ name }) => {
      const all = of.get(name);
      return all ? median(all).toFixed(0) : '-';
    });
    return `| ${row} | ${cells.join(' | ')} |`;
  });
  return [
    '## Registry server',
    '',
    `${machineLine()} Load average at the end: ${loadText()}.`,
    `Made by \`node bench/registry-server.ts --runs ${values.runs}\`. Medians; the same client for all, on the same processors.`,
    '',
    head,
    ...rows,
    ...notRun.map((each) => `\nNot run: ${each}.`),
  ].join('\n');
}

const wanted = values.servers.split(',');
const asked = KINDS.filter(({ name }) => wanted.includes(name));
const notRun = asked.flatMap(({ name, missing }) => (missing() ? [`${name}: ${missing()}`] : []));
const kinds = asked.filter(({ missing }) => missing() === undefined);
const folder = mkdtempSync(join(tmpdir(), 'mobileops-bench-'));
try {
  const big = largeFile(folder);
  for (let round = 0; round < Number(values.runs); round++) {
    for (const kind of kinds) await small(kind);
    for (const kind of kinds) await large(kind, big);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
if (!values['no-memory']) for (const kind of kinds) await memory(kind);
const text = table(kinds, notRun);
console.log(text);
if (!values['no-write']) writeSection('registry-server', text);
