/**
 * Archives of others: zip (jar, wheel, AAR) and `.tgz`, read into memory. Every name and size is checked before anything is
 * unpacked: what leads out of its folder, is a link, lies about its size or would fill a disk is refused in words. `zipMembers` reads a zip
 * of any size, with zip64, one member at a time, and takes names as they are: for those who put nothing on a disk by them. Pure: bytes
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
