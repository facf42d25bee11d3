import { bytesSource, zipMembers } from '../../archives/index.ts';
import { type FileSink, unread, wholeFile } from './file-sinks.ts';
import type { Found, Reader } from './found.ts';
import { type FileSight, sinkFor } from './sink-for.ts';

const MAX_MEMBER_BYTES = 256 * 2 ** 20;
const MAX_ZIP_BYTES = 512 * 2 ** 20;
const ZIP = /\.(?:apk|aab|ipa|whl|egg|zip)$/i;

/** Who wants a file of a folder or an archive: locks count there, and what is packed is looked into. */
export function sinkInFolder(sight: FileSight): FileSink | undefined {
  const { path, sizeBytes } = sight;
  if (!ZIP.test(path)) return sinkFor(sight, { withLocks: true });
  if (sizeBytes <= MAX_ZIP_BYTES) return wholeFile(path, readZipPackage);
  return unread(`it has ${sizeBytes} bytes; zips of up to ${MAX_ZIP_BYTES} are read`);
}

/** A wheel, the package of an app or another zip: what its files say, at their places in it. */
const readZipPackage: Reader = (_path, bytes) => {
  const members = zipMembers(bytesSource(bytes), { maxMemberBytes: MAX_MEMBER_BYTES });
  if (!members.ok) return [{ kind: 'not-listed', why: `as a zip, ${members.failure}` }];
  return members.value.flatMap((member): readonly Found[] => {
    const { path, sizeBytes } = member;
    const sink = sinkFor({ path, sizeBytes, isExecutable: path.endsWith('.so') });
    if (!sink) return [];
    const content = member.read();
    const inside = `!/${path}`;
    if (!content.ok) return [{ kind: 'not-listed', why: content.failure, inside }];
    sink.take(content.value);
    return sink.end().map((one) => within(one, path));
  });
};

function within(one: Found, path: string): Found {
  if (one.kind === 'system' || one.kind === 'licence') return one;
  if (one.kind === 'project') return one;
  const at = one.kind === 'package' ? { at: one.at ?? path } : {};
  return { ...one, ...at, inside: `!/${path}${one.inside ?? ''}` };
}
