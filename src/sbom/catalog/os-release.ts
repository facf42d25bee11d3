import { withoutAbsent } from '../../base/index.ts';
import type { Reader } from './found.ts';

/** os-release(5), without what a shell would make of it: quotes go, nothing is expanded. */
export const readOsRelease: Reader = (_path, bytes) => {
  const values = new Map<string, string>();
  for (const line of bytes.toString('utf8').split('\n')) {
    const [, name, value] = /^([A-Z][A-Z0-9_]*)=(.*?)\s*$/.exec(line) ?? [];
    if (name !== undefined) values.set(name, unquoted(value!));
  }
  const id = values.get('ID');
  if (!id || !/^[a-z0-9._-]+$/.test(id)) return [];
  return [
    {
      kind: 'system',
      id,
      name: values.get('PRETTY_NAME') || values.get('NAME') || id,
      ...withoutAbsent({
        version: values.get('VERSION_ID') || undefined,
        codename: values.get('VERSION_CODENAME') || undefined,
      }),
    },
  ];
};

function unquoted(value: string): string {
  const [, quoted] = /^(?:"(.*)"|'.*')$/.exec(value) ?? [];
  if (quoted !== undefined) return quoted.replace(/\\(["$`\\])/g, '$1');
  return value.startsWith("'") ? value.replace(/^'|'$/g, '') : value;
}
