import { type ChildProcess, type SpawnOptions as NodeSpawnOptions, spawn } from 'node:child_process';
import { accessSync, closeSync, constants, openSync, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { ProcessExit, Processes, SpawnOptions } from './processes.ts';

/** `node:child_process` behind the interface; each child leads a process group, so that all of it can be ended. */
export const realProcesses: Processes = {
  async run(argv, options) {
    const child = start(argv, options);
    const stdout = collect(child.stdout);
    const stderr = collect(child.stderr);
    const stop = limit(child, options);
    try {
      const exit = await exitOf(child, 'close');
      return { ...exit, stdout: Buffer.concat(stdout), stderr: Buffer.concat(stderr) };
    } finally {
      stop();
    }
  },
  startLines(argv, options) {
    const child = start(argv, { ...options, stdin: 'pipe' });
    child.stdin?.on('error', () => {});
    lines(child.stdout, options.onLine);
    if (options.onErrorLine) lines(child.stderr, options.onErrorLine);
    else child.stderr?.resume();
    const exit = exitOf(child, 'close');
    exit.catch(() => {});
    const stop = limit(child, options);
    let isClosed = false;
    const close = (): void => {
      isClosed = true;
      stop();
    };
    exit.then(close, close);
    return {
      pid: child.pid ?? 0,
      send: (line) => void child.stdin?.write(`${line}\n`),
      end: () => void child.stdin?.end(),
      kill: (signal) => {
        if (!isClosed) killGroup(child, signal);
      },
      exit,
    };
  },
  startDetached([file = '', ...words], { cwd, env }) {
    const place = cwd === undefined ? {} : { cwd };
    const child = spawn(file, words, { env, stdio: 'ignore', detached: true, ...place });
    child.on('error', () => {});
    child.unref();
  },
  which(name, path) {
    for (const directory of path.split(delimiter)) {
      if (directory === '') continue;
      const candidate = join(directory, name);
      if (isExecutable(candidate)) return candidate;
    }
    return undefined;
  },
};

const OUR_STREAMS = [0, 1, 2];

function start(argv: readonly string[], options: SpawnOptions): ChildProcess {
  const piped = options.output === 'inherit' ? 'inherit' : 'pipe';
  const file = typeof options.output === 'object' ? openSync(options.output.path, 'w', 0o600) : undefined;
  const stdin = options.stdin === undefined ? 'ignore' : options.stdin === 'inherit' ? 'inherit' : 'pipe';
  const spawnOptions: NodeSpawnOptions = {
    env: options.env,
    stdio: [stdin, file ?? piped, piped, ...(options.hasOurStreams ? OUR_STREAMS : [])],
    detached: options.stdin !== 'inherit',
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
  };
  const child = spawn(argv[0]!, argv.slice(1), spawnOptions);
  if (file !== undefined) closeSync(file);
  if (options.stdin !== undefined && options.stdin !== 'inherit' && options.stdin !== 'pipe') {
    child.stdin?.on('error', () => {});
    child.stdin?.end(options.stdin);
  }
  return child;
}

/** Ends the group on abort or timeout; the result takes both off again. */
function limit(child: ChildProcess, options: SpawnOptions): () => void {
  const end = (): void => killGroup(child, 'SIGKILL');
  const timer = options.timeoutMs === undefined ? undefined : setTimeout(end, options.timeoutMs);
  if (options.signal?.aborted) end();
  options.signal?.addEventListener('abort', end);
  return () => {
    clearTimeout(timer);
    options.signal?.removeEventListener('abort', end);
  };
}

/** Also when its leader has ended: others of the group may hold its streams. Not to be called once those are closed. */
function killGroup(child: ChildProcess, signal: 'SIGTERM' | 'SIGKILL'): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, signal);
  } catch {
    child.kill(signal);
  }
}

function exitOf(child: ChildProcess, event: 'close'): Promise<ProcessExit> {
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once(event, (code, signal) => resolve({ code: code ?? undefined, signal: signal ?? undefined }));
  });
}

function collect(stream: NodeJS.ReadableStream | null): Buffer[] {
  const chunks: Buffer[] = [];
  stream?.on('data', (chunk: Buffer) => chunks.push(chunk));
  return chunks;
}

function lines(stream: NodeJS.ReadableStream | null, onLine: (line: string) => void): void {
  let rest = '';
  stream?.setEncoding('utf8');
  stream?.on('data', (chunk: string) => {
    const parts = (rest + chunk).split('\n');
    rest = parts.pop()!;
    for (const part of parts) onLine(part);
  });
  stream?.on('end', () => {
    if (rest !== '') onLine(rest);
  });
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
