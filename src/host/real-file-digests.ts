import type { Worker } from 'node:worker_threads';
import type { FileDigests, FollowedFile } from './file-digests.ts';

/** What the thread does: in a text, so that the bundle stays one file. Messages: `[id, path | size, isEnd]`, `[id]` lets go. */
const SCRIPT = `
const { parentPort } = require('node:worker_threads');
const { openSync, readSync, closeSync } = require('node:fs');
const { createHash } = require('node:crypto');
const files = new Map();
const buffer = new Uint8Array(2 ** 20);
function follow(id, path) {
  try {
    files.set(id, { fd: openSync(path, 'r'), at: 0, hash: createHash('sha256') });
  } catch (error) {
    files.set(id, { error });
  }
}
function read(file, size) {
  if (file.error) throw file.error;
  while (file.at < size) {
    const count = readSync(file.fd, buffer, 0, Math.min(buffer.length, size - file.at), file.at);
    if (count === 0) throw new Error('the file ended at ' + file.at);
    file.hash.update(buffer.subarray(0, count));
    file.at += count;
  }
}
function letGo(id) {
  const file = files.get(id);
  files.delete(id);
  if (file?.fd !== undefined) closeSync(file.fd);
}
parentPort.on('message', ([id, what, isEnd]) => {
  const file = files.get(id);
  if (typeof what === 'string') return follow(id, what);
  if (what === undefined) return letGo(id);
  if (!file) return;
  try {
    read(file, what);
    if (isEnd) parentPort.postMessage([id, file.hash.digest('hex')]);
  } catch (error) {
    file.error = error;
    if (isEnd) parentPort.postMessage([id, undefined, error.message]);
  }
});
`;

/** More often it need not be told. */
const GROWTH_BYTES = 2 ** 22;

interface Waiting {
  readonly resolve: (hash: string) => void;
  readonly reject: (error: Error) => void;
}

/** By one thread for all files, started when the first is to be followed. It keeps nobody alive who does not wait for it. */
export function realFileDigests(): FileDigests {
  const waiting = new Map<number, Waiting>();
  let thread: Worker | undefined;
  let count = 0;
  const lose = (error: Error): void => {
    thread = undefined;
    for (const { reject } of waiting.values()) reject(error);
    waiting.clear();
  };
  const settle = ([id, hash, problem]: [number, string | undefined, string]): void => {
    const { resolve, reject } = waiting.get(id)!;
    waiting.delete(id);
    if (waiting.size === 0) thread?.unref();
    if (hash === undefined) reject(new Error(problem));
    else resolve(hash);
  };
  const start = (): Worker => {
    const { Worker } = process.getBuiltinModule('node:worker_threads');
    const started = new Worker(SCRIPT, { eval: true });
    started.on('message', settle).on('error', lose);
    // Only now: to listen keeps us alive.
    started.unref();
    return started;
  };
  return {
    follow(path) {
      thread ??= start();
      const own = thread;
      const id = ++count;
      own.postMessage([id, path]);
      return followed({
        say: (...words) => own.postMessage([id, ...words]),
        wait: (promise) => {
          if (thread !== own) promise.reject(new Error('the thread ended'));
          else waiting.set(id, promise);
          own.ref();
        },
      });
    },
  };
}

function followed(talk: {
  readonly say: (...words: unknown[]) => void;
  readonly wait: (promise: Waiting) => void;
}): FollowedFile {
  let told = 0;
  return {
    grow(sizeBytes) {
      if (sizeBytes < told + GROWTH_BYTES) return;
      told = sizeBytes;
      talk.say(sizeBytes);
    },
    finish(sizeBytes) {
      const { promise, ...settle } = Promise.withResolvers<string>();
      talk.wait(settle);
      talk.say(sizeBytes, true);
      return promise;
    },
    [Symbol.dispose]: () => talk.say(),
  };
}
