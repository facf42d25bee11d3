/**
 * The bodies of our own commands, which actions run like any other program: archives and image assembly. Each is a
 * function from arguments and input bytes to output bytes; nothing of the host, the clock or the order of a
 * folder's entries reaches them. Only `main.ts` touches the process.
 */
export {
  type ByteStream,
  CHUNK_BYTES,
  collect,
  digested,
  fileBytes,
  type PartReader,
  partsOf,
  through,
  writeStream,
} from './byte-stream.ts';
export type { Command } from './command.ts';
export { COMMANDS, TOOL_VERSIONS } from './commands.ts';
export { dispatch } from './dispatch.ts';
export { gunzipped } from './gzip.ts';
export { openLayout } from './image/open-layout.ts';
export { readLayout } from './image/read-layout.ts';
export { type KeyProblem, keyCertificate } from './keystore/key-certificate.ts';
export { layerGzipped } from './layer-gzip.ts';
export { siteName } from './site/site-name.ts';
export { TarFormatError } from './tar-format-error.ts';
export { readTar, type TarMember } from './tar-reader.ts';
export type { Tool, ToolContext, ToolFailure, ToolResult } from './tool.ts';
export { writeZip, type ZipMember } from './zip-writer.ts';
