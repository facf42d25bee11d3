import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createPlatformServer } from '../dist/network/index.js';
import { signToken } from '../dist/network/security/index.js';

export const signals = [
  { name: 'cpu', unit: '%', maximum: 100 },
  { name: 'memory', unit: '%', maximum: 100 },
];
const key = new Uint8Array(32).fill(3);

/** A server on a free port of loopback with a small site, and what a test needs to talk to it. */
export async function startServer() {
  const folder = await mkdtemp(join(tmpdir(), 'network-'));
  const site = join(folder, 'site');
  await mkdir(join(site, 'assets'), { recursive: true });
  await writeFile(join(site, 'index.html'), '<title>status</title>');
  await writeFile(join(site, 'assets/a.js'), '1');
  await writeFile(join(folder, 'secret'), 'secret');
  await symlink('../secret', join(site, 'leak'));
  const log: string[] = [];
  const server = createPlatformServer({
    signals,
    key,
    site,
    now: () => 1000,
    log: (line) => log.push(line),
    engine: {
      judge: async (samples) =>
        samples.length < 2 ? undefined : { state: 'healthy', probabilities: { healthy: 1 } },
    },
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    address,
    log,
    post: (body: string, token = tokenFor('telemetry:write')) =>
      fetch(`${address}/api/telemetry`, {
        method: 'POST',
        body,
        headers: { authorization: `Bearer ${token}` },
      }),
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await rm(folder, { recursive: true });
    },
  };
}

export function tokenFor(scope: string, expiresAt = 2000): string {
  return signToken({ subject: 'test', scopes: [scope], expiresAt }, key);
}
