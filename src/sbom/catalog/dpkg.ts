import { withoutAbsent } from '../../base/index.ts';
import { type Fields, fieldOf, paragraphs } from './fields.ts';
import type { Found, FoundPackage, Reader } from './found.ts';

/** `var/lib/dpkg/status`, and the files of `status.d` that images without dpkg have. */
export const readDpkgStatus: Reader = (_path, bytes) => {
  const found: FoundPackage[] = [];
  for (const fields of paragraphs(bytes.toString('utf8'))) {
    const one = packageOf(fields);
    if (one) found.push(one);
  }
  return found;
};

function packageOf(fields: Fields): FoundPackage | undefined {
  const name = fieldOf(fields, 'package');
  const version = fieldOf(fields, 'version');
  const status = fieldOf(fields, 'status');
  // `deinstall ok config-files`: its files are gone.
  const isInstalled =
    status === undefined || /\b(installed|unpacked|half-configured|triggers-\w+)$/.test(status);
  if (name === undefined || version === undefined || !isInstalled) return undefined;
  return {
    kind: 'package',
    ecosystem: 'dpkg',
    name,
    version,
    qualifiers: withoutAbsent({
      arch: fieldOf(fields, 'architecture'),
      upstream: upstreamOf(fieldOf(fields, 'source'), { name, version }),
    }),
    needs: [...needsOf(fieldOf(fields, 'pre-depends')), ...needsOf(fieldOf(fields, 'depends'))],
    provides: needsOf(fieldOf(fields, 'provides')).flat(),
  };
}

/** Advisories speak of the source package: `glibc`, or `gcc-defaults@1.203` where its version is another one. */
function upstreamOf(
  source: string | undefined,
  { name, version }: { readonly name: string; readonly version: string },
): string | undefined {
  const [, sourceName, sourceVersion] = /^(\S+)(?:\s+\(([^)]+)\))?/.exec(source ?? '') ?? [];
  if (sourceName === undefined) return undefined;
  if (sourceVersion !== undefined && sourceVersion !== version) return `${sourceName}@${sourceVersion}`;
  return sourceName === name ? undefined : sourceName;
}

/** `libc6 (>= 2.36), awk | mawk:any`: names alone. */
function needsOf(text = ''): string[][] {
  return text
    .split(',')
    .map((need) => need.split('|').flatMap((word) => /^\s*([a-z0-9][a-z0-9+.-]*)/.exec(word)?.[1] ?? []))
    .filter((names) => names.length > 0);
}

/** Words that name no licence: nobody is told what holds. */
const NO_LICENCE = /^(none|unknown|other|see .*|same as .*|as-is)$/i;

/** `usr/share/doc/NAME/copyright`, where it is one for machines (DEP-5); the words of others say nothing for sure. */
export const readDebianCopyright: Reader = (path, bytes) => {
  const [, name] = /(?:^|\/)doc\/([^/]+)\/copyright$/.exec(path) ?? [];
  const licence = name === undefined ? undefined : debianLicence(bytes);
  if (name === undefined || licence === undefined) return [];
  return [{ kind: 'licence', package: name, licence }] satisfies Found[];
};

/** The licences that a copyright file for machines names for files; `undefined` where it is one for people, or names none. */
export function debianLicence(copyright: Uint8Array): string | undefined {
  const text = Buffer.from(copyright).toString('utf8');
  if (!/^Format(-Specification)?:/im.test(text.slice(0, 2000))) return undefined;
  const licences = new Set<string>();
  const vague = new Set<string>();
  for (const fields of paragraphs(text)) {
    // A paragraph without files gives the text of a licence that others name.
    if (!fields.has('files')) continue;
    const [short = ''] = (fieldOf(fields, 'license') ?? '').split('\n');
    if (short === '' || short.length >= 200) continue;
    (NO_LICENCE.test(short) ? vague : licences).add(short.trim());
  }
  // Beside others they are kept: what some files are under is then not all that holds.
  return licences.size === 0 ? undefined : joinedLicences([...licences, ...vague].sort());
}

function joinedLicences(licences: readonly string[]): string {
  if (licences.length === 1) return licences[0]!;
  return licences.map((each) => (/\s(or|and)\s/i.test(each) ? `(${each})` : each)).join(' AND ');
}
