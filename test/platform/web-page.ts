/** A folder served on loopback, and the page in it opened in the machine's Chromium. */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { extname, join, normalize } from 'node:path';
import { type BrowserContext, chromium, type Page } from 'playwright-core';

export const CHROMIUM = '/usr/bin/chromium';

const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.json': 'application/json',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.webmanifest': 'application/manifest+json',
};

/** A plain file server, as a team would put in front of the page; `close` ends open connections too. */
export class SiteServer {
  readonly #server: Server;

  constructor(folder: string) {
    this.#server = createServer((request, response) => {
      const { pathname } = new URL(request.url ?? '/', 'http://localhost');
      const path = join(folder, normalize(pathname.endsWith('/') ? `${pathname}index.html` : pathname));
      if (!existsSync(path)) return void response.writeHead(404).end();
      response.writeHead(200, { 'content-type': TYPES[extname(path)] ?? 'application/octet-stream' });
      response.end(readFileSync(path));
    });
  }

  /** The address, on a free port. */
  listen(): Promise<string> {
    return new Promise((resolve) => {
      this.#server.listen(0, '127.0.0.1', () => {
        resolve(`http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/`);
      });
    });
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }
}

/** Without these Chromium asks its makers' servers for things that no test needs. */
const QUIET = [
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export interface Screen {
  readonly width: number;
  readonly height: number;
  readonly colorScheme: 'light' | 'dark';
}

export class Browser {
  readonly #profile: string;
  readonly #context: BrowserContext;
  /** What the page wrote to its console as an error or threw, in order. */
  readonly errors: string[] = [];

  private constructor(context: BrowserContext, profile: string) {
    this.#context = context;
    this.#profile = profile;
  }

  static async open(screen: Screen): Promise<Browser> {
    const profile = mkdtempSync(join(tmpdir(), 'mobileops-chromium-'));
    const context = await chromium.launchPersistentContext(profile, {
      executablePath: CHROMIUM,
      headless: true,
      // As root Chromium's own sandbox refuses to start.
      args: [...QUIET, ...(process.getuid?.() === 0 ? ['--no-sandbox'] : [])],
      viewport: { width: screen.width, height: screen.height },
      colorScheme: screen.colorScheme,
      deviceScaleFactor: screen.width < 500 ? 2 : 1,
      reducedMotion: 'reduce',
      env: { ...process.env, HOME: profile } as Record<string, string>,
    });
    context.setDefaultTimeout(120_000);
    return new Browser(context, profile);
  }

  /** A page whose errors are collected, and whose clock can be moved on. */
  async page(address: string): Promise<Page> {
    const page = await this.#context.newPage();
    page.on('console', (message) => {
      if (message.type() === 'error') this.errors.push(message.text());
    });
    page.on('pageerror', (error) => this.errors.push(String(error)));
    await page.clock.install();
    await page.goto(address, { waitUntil: 'load' });
    return page;
  }

  goOffline(): Promise<void> {
    return this.#context.setOffline(true);
  }

  async close(): Promise<void> {
    await this.#context.close();
    // Its processes end a moment after it.
    rmSync(this.#profile, { recursive: true, force: true, maxRetries: 20 });
  }
}
