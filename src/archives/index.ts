/**
 * Archives of others, read into memory: zip (jar, wheel, AAR) and `.tgz`. Every name and size is checked before anything is
 * unpacked: what leads out of its folder, is a link, lies about its size or would fill a disk is refused in words. Pure: bytes
 * in, files out. Layers of images, which are larger than memory, are read elsewhere as streams.
 */
export { aarPart } from './aar-parts.ts';
export type { ArchiveFile, ArchiveProblem } from './archive-limits.ts';
export { untarGzip } from './untar.ts';
export { unzip } from './unzip.ts';
export {
  type ByteSource,
  bytesSource,
  type ZipMember,
  type ZipMemberOptions,
  zipMembers,
} from './zip-members.ts';
