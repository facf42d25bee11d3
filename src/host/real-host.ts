import * as os from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import type { Clock, Env, Host } from './clock.ts';
import { realFileDigests } from './real-file-digests.ts';
import { realFileSystem } from './real-file-system.ts';
import { realHttp } from './real-http.ts';
import { realProcesses } from './real-processes.ts';

const clock: Clock = {
  now: () => Date.now(),
  monotonicMs: () => performance.now(),
  sleep: (durationMs, signal) => sleep(durationMs, undefined, signal ? { signal } : {}),
};

function realEnv(): Env {
  const variables: Record<string, string> = {};
  for (const [name, value] of Object.entries(process.env)) if (value !== undefined) variables[name] = value;
  const platform = process.platform;
  return {
    variables,
    workingDirectory: process.cwd(),
    homeDirectory: os.homedir(),
    temporaryDirectory: os.tmpdir(),
    platform: platform === 'linux' || platform === 'darwin' || platform === 'win32' ? platform : 'other',
    architecture: process.arch,
    cpuCount: os.availableParallelism(),
    totalMemoryBytes: os.totalmem(),
    freeMemoryBytes: () => os.freemem(),
    processorTimes,
    userId: process.getuid?.() ?? 0,
    pid: process.pid,
    nodePath: process.execPath,
    runtimeVersion: process.version,
    random: () => Math.random(),
    preferMemory: () => setFlagsFromString('--optimize-for-size'),
  };
}

function processorTimes(): { busyMs: number; totalMs: number } {
  const times = os.cpus().map((each) => each.times);
  const totalMs = times.reduce(
    (sum, { user, nice, sys, idle, irq }) => sum + user + nice + sys + idle + irq,
    0,
  );
  return { busyMs: totalMs - times.reduce((sum, { idle }) => sum + idle, 0), totalMs };
}

/** The real world; made once, by `main.ts`. */
export function realHost(): Host {
  const env = realEnv();
  return {
    fs: realFileSystem,
    processes: realProcesses,
    clock,
    env,
    http: realHttp(env.variables),
    digests: realFileDigests(),
  };
}
