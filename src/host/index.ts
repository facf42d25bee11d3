/**
 * The world behind interfaces: disk, processes, clock, environment. The only module that imports
 * `node:fs`, `node:child_process` or `node:os`; every other one receives a piece of `Host` as a parameter,
 * and tests hand it a fake from `testing.ts`.
 */
export type { Clock, Env, Host } from './clock.ts';
export { collectGarbage } from './collect-garbage.ts';
export { digestOfFile, eachPart, flushFolder, writeDurably } from './durable-file.ts';
export type { FileDigests, FollowedFile } from './file-digests.ts';
export type { DirectoryEntry, FileHandle, FileStat, FileSystem } from './file-system.ts';
export { tryHoldFile } from './hold-file.ts';
export type { Http, HttpBody, HttpFailure, HttpRequest, HttpResponse } from './http.ts';
export {
  type HttpLoad,
  type HttpLoadOptions,
  type HttpLoadResult,
  LOAD_GENERATOR,
  realHttpLoad,
} from './http-load.ts';
export { isLoopback } from './loopback.ts';
export {
  type ListenOnLoopback,
  type LoopbackAnswer,
  type LoopbackServer,
  realListenOnLoopback,
} from './loopback-server.ts';
export {
  isFolderLive,
  isMarkLive,
  type MarkWorld,
  ownMark,
  ownMarkName,
  type ProcessMark,
  parseMark,
} from './process-mark.ts';
export type { LineProcess, ProcessExit, Processes, ProcessOutput, SpawnOptions } from './processes.ts';
export { realFileDigests } from './real-file-digests.ts';
export { realHost } from './real-host.ts';
export { realHttp } from './real-http.ts';
export { resolvedPath } from './resolved-path.ts';
export type { ListenerOptions, MakeListener } from './server/listener.ts';
export type { ProcessUsage, ServerWorld } from './server/server-world.ts';
export {
  type OpenSqlDatabase,
  type OpenSqlOptions,
  type SqlDatabase,
  SqlError,
  type SqlResult,
  type SqlValue,
} from './server/sql-database.ts';
export type { AppendFile, FileSize, ReadableFile, StreamFiles } from './server/stream-files.ts';
export { textBody } from './text-body.ts';

/** Loaded by who starts a server: nobody else needs SQLite or a listener. */
export async function loadServerWorld(): Promise<import('./server/server-world.ts').ServerWorld> {
  return (await import('./server/real-server-world.ts')).realServerWorld();
}
