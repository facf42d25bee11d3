/** Starts the server. Settings come from the environment; `configs/platform.conf` is where a platform keeps them. */
import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { engineAt } from './engine.js';
import type { Signal } from './sample.js';
import { signToken } from './security/index.js';
import { createPlatformServer } from './server.js';

const env = process.env;
const now = () => Math.floor(Date.now() / 1000);
const signals = JSON.parse(readFileSync(new URL('signals.json', import.meta.url), 'utf8')) as Signal[];
const site = env.MOBILEOPS_SITE;
const key = env.MOBILEOPS_KEY_FILE ? readFileSync(env.MOBILEOPS_KEY_FILE) : randomBytes(32);

const server = createPlatformServer({
  signals,
  key,
  engine: engineAt(`http://127.0.0.1:${env.MOBILEOPS_ENGINE_PORT ?? '8081'}`, signals),
  ...(site && existsSync(site) ? { site } : {}),
  now,
  log: (line) => console.log(`${new Date().toISOString()} ${line}`),
});

server.listen(Number(env.MOBILEOPS_PORT ?? '8080'), env.MOBILEOPS_ADDRESS ?? '127.0.0.1', () => {
  const address = server.address();
  console.log(`listening on port ${typeof address === 'object' ? address?.port : address}`);
  if (env.MOBILEOPS_KEY_FILE) return;
  const claims = { subject: 'local', scopes: ['telemetry:write'], expiresAt: now() + 86_400 };
  console.log(`no MOBILEOPS_KEY_FILE; a token for today: ${signToken(claims, key)}`);
});

for (const signal of ['SIGTERM', 'SIGINT'] as const)
  process.on(signal, () => {
    server.close(() => process.exit(0));
    server.closeAllConnections();
  });
