import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { endProcess } from '../end-process.ts';
import { freePort } from '../images/daemon.ts';
import { findProgram } from '../images/tool-environment.ts';
import type { Target } from './client.ts';

/** A server under test, in a folder of its own. */
export interface Server {
  readonly target: Target;
  /** Of the process, at its highest so far. */
  readonly peakBytes: () => number;
  readonly stop: () => Promise<void>;
}

export interface ServerKind {
  readonly name: string;
  /** Why it cannot be measured. */
  readonly missing: () => string | undefined;
  readonly start: () => Promise<Server>;
}

const BUNDLE = join(import.meta.dirname, '..', '..', 'bin', 'mobileops.mjs');
const BUILT = join(import.meta.dirname, '..', '..', 'build', 'main.mjs');

export const KINDS: readonly ServerKind[] = [
  {
    name: 'ours',
    missing: () => (existsSync(BUILT) ? undefined : 'no bundle: npm run build'),
    start: async () => {
      const folder = mkdtempSync(join(tmpdir(), 'mobileops-bench-'));
      const port = await freePort();
      const token = join(folder, 'token');
      const words = ['serve', '--data', join(folder, 'data'), '--port', String(port), '--token-file', token];
      const server = await started([process.execPath, BUNDLE, ...words, '--rate', '1000000'], {
        folder,
        port,
      });
      const headers = { authorization: `Bearer ${readFileSync(token, 'utf8').trim()}` };
      return { ...server, target: { url: `http://127.0.0.1:${port}`, headers } };
    },
  },
  ...['docker-registry', 'registry'].map((program) => distribution(program)),
];

function distribution(program: string): ServerKind {
  return {
    name: program,
    missing: () => (findProgram(program, []) === undefined ? `${program} is not installed` : undefined),
    start: async () => {
      const folder = mkdtempSync(join(tmpdir(), 'mobileops-bench-'));
      const port = await freePort();
      const file = join(folder, 'registry.yml');
      const storage = `storage:\n  filesystem:\n    rootdirectory: ${folder}/data\n`;
      const log = 'log:\n  level: error\n  accesslog:\n    disabled: true\n';
      writeFileSync(file, `version: 0.1\n${log}${storage}http:\n  addr: 127.0.0.1:${port}\n`);
      const server = await started([findProgram(program, [])!, 'serve', file], { folder, port });
      return { ...server, target: { url: `http://127.0.0.1:${port}`, headers: {} } };
    },
  };
}

async function started(
  [program = '', ...words]: readonly string[],
  { folder, port }: { readonly folder: string; readonly port: number },
): Promise<Omit<Server, 'target'>> {
  mkdirSync(join(folder, 'data'), { recursive: true });
  const log = openSync(join(folder, 'log'), 'a');
  const env = { PATH: process.env.PATH, OTEL_TRACES_EXPORTER: 'none' };
  const child = spawn(program, words, { stdio: ['ignore', log, log], env });
  const remove = (): void => rmSync(folder, { recursive: true, force: true });
  for (let tries = 0; !(await answers(port)); tries++) {
    if (tries > 200 || child.exitCode !== null) {
      const said = readFileSync(join(folder, 'log'), 'utf8');
      remove();
      throw new Error(`${program} does not start: ${said}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return {
    peakBytes: () => {
      const status = readFileSync(`/proc/${child.pid}/status`, 'utf8');
      return Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1]) * 1024;
    },
    stop: async () => {
      endProcess(child.pid!);
      remove();
    },
  };
}

async function answers(port: number): Promise<boolean> {
  try {
    await fetch(`http://127.0.0.1:${port}/v2/`);
    return true;
  } catch {
    return false;
  }
}
