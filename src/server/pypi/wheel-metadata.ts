import { bytesSource, zipMembers } from '../../archives/index.ts';
import { fail, ok, type Result } from '../../base/index.ts';

export interface CoreMetadata {
  readonly bytes: Uint8Array;
  readonly name: string;
  readonly version: string;
  readonly requiresPython: string | undefined;
}

const MOST_BYTES = 2 ** 22;

/** METADATA of a wheel, as clients read it before they fetch the whole (PEP 658). */
export function wheelMetadata(wheel: Uint8Array): Result<CoreMetadata, string> {
  const members = zipMembers(bytesSource(wheel), { maxMemberBytes: MOST_BYTES });
  if (!members.ok) return members;
  const [member, ...more] = members.value.filter(({ path }) => /^[^/]+\.dist-info\/METADATA$/.test(path));
  if (!member || more.length > 0) return fail('it has not exactly one *.dist-info/METADATA');
  const bytes = member.read();
  if (!bytes.ok) return fail(`its METADATA cannot be read: ${bytes.failure}`);
  const head = bytes.value.toString('utf8').split(/\r?\n\r?\n/, 1)[0]!;
  const field = (name: string): string | undefined =>
    new RegExp(`^${name}:[ \\t]*(.*)$`, 'im').exec(head)?.[1]?.trim();
  const name = field('Name');
  const version = field('Version');
  if (!name || !version) return fail('its METADATA has no Name or no Version');
  return ok({ bytes: bytes.value, name, version, requiresPython: field('Requires-Python') || undefined });
}
