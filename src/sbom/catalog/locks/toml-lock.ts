import { basename } from 'node:path/posix';
import type { Found, FoundEcosystem, FoundPackage, Reader } from '../found.ts';

/** Locks that are lists of `[[package]]` in TOML, and whose packages they are. */
const ECOSYSTEMS: Readonly<Record<string, FoundEcosystem>> = {
  'Cargo.lock': 'crates.io',
  'poetry.lock': 'PyPI',
  'uv.lock': 'PyPI',
  'pdm.lock': 'PyPI',
  'pylock.toml': 'PyPI',
};

export function isTomlLock(path: string): boolean {
  return Object.hasOwn(ECOSYSTEMS, basename(path));
}

interface Block {
  readonly values: Map<string, string>;
  readonly needs: string[];
}

/** Name, version, checksum and dependencies of each package; what else stands in such a lock is passed over. */
export const readTomlLock: Reader = (path, bytes) => {
  const ecosystem = ECOSYSTEMS[basename(path)] ?? 'PyPI';
  return blocksOf(bytes.toString('utf8')).flatMap((block): Found[] => {
    const one = packageOf(block, ecosystem);
    return one ? [one] : [];
  });
};

function packageOf({ values, needs }: Block, ecosystem: FoundEcosystem): FoundPackage | undefined {
  const name = values.get('name');
  const version = values.get('version');
  if (!name || !version || !/^[\w.-]+$/.test(name) || !/^\d[\w.+!-]*$/.test(version)) return undefined;
  const checksum = values.get('checksum');
  const source = values.get('source') ?? '';
  // What comes from a folder or from git is in no registry.
  if (ecosystem === 'crates.io' && !source.startsWith('registry+') && !source.startsWith('sparse+'))
    return undefined;
  const isHash = checksum !== undefined && /^[0-9a-f]{64}$/.test(checksum);
  return {
    kind: 'package',
    ecosystem,
    name,
    version,
    needs,
    ...(ecosystem === 'crates.io' ? { provides: [`${name} ${version}`] } : {}),
    ...(isHash ? { hashes: [{ algorithm: 'sha256', hex: checksum }] } : {}),
  };
}

/** Of a block the lines before its first table are its own; a table `dependencies` has the names as keys. */
function blocksOf(text: string): readonly Block[] {
  const blocks: Block[] = [];
  let table = '';
  let list: string | undefined;
  for (const line of text.split('\n')) {
    const block = blocks.at(-1);
    const [, header] = /^\[{1,2}\s*([\w.-]+)\s*\]{1,2}/.exec(line) ?? [];
    if (header !== undefined) {
      table = header;
      list = undefined;
      if (/^packages?$/.test(header) && line.startsWith('[[')) blocks.push({ values: new Map(), needs: [] });
    } else if (block) list = readLine(line, { block, table, list });
  }
  return blocks;
}

/** The list that is still open behind the line. */
function readLine(
  line: string,
  {
    block,
    table,
    list,
  }: { readonly block: Block; readonly table: string; readonly list: string | undefined },
): string | undefined {
  if (list !== undefined) {
    if (list === 'dependencies') block.needs.push(...namesIn(line));
    return /^\s*\]/.test(line) ? undefined : list;
  }
  const [, key, value = ''] = /^([\w-]+|"[^"]+")\s*=\s*(.*)$/.exec(line) ?? [];
  if (key === undefined) return undefined;
  if (/^packages?\.dependencies$/.test(table)) block.needs.push(key.replaceAll('"', ''));
  if (!/^packages?$/.test(table)) return undefined;
  const [, text] = /^"([^"]*)"/.exec(value) ?? [];
  if (text !== undefined) block.values.set(key, text);
  if (!value.startsWith('[')) return undefined;
  if (key === 'dependencies') block.needs.push(...namesIn(value));
  return value.includes(']') ? undefined : key;
}

/** Of `"serde 1.0.0"`, `"serde"`, `{ name = "idna" }` and `"idna>=2"`. */
function namesIn(text: string): string[] {
  const tables = [...text.matchAll(/\bname\s*=\s*"([^"]+)"/g)].map(([, name]) => name!);
  if (tables.length > 0) return tables;
  return [...text.matchAll(/"([\w.-]+(?: \d[\w.+-]*)?)[^"]*"/g)].map(([, name]) => name!);
}
