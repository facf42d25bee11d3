import type { SourceFile } from '../base/index.ts';
import type { Found } from './value.ts';

/** A Java properties file; a later line wins. */
export function parseProperties(file: SourceFile): ReadonlyMap<string, Found<string>> {
  const found = new Map<string, Found<string>>();
  for (const match of file.text.matchAll(/^[ \t\f]*([^#!\s][^\n]*(?:\\\r?\n[^\n]*)*)/gm)) {
    const line = match[1]!.replaceAll(/\\\r?\n[ \t]*/g, '').replace(/\r$/, '');
    const parts = /^((?:\\.|[^\\=:\s])+)\s*[=:]?\s*(.*)$/s.exec(line);
    if (!parts) continue;
    const start = match.index + match[0].length - match[1]!.length;
    found.set(unescaped(parts[1]!), {
      value: unescaped(parts[2]!),
      span: { file, start, end: match.index + match[0].length },
    });
  }
  return found;
}

function unescaped(text: string): string {
  return text.replaceAll(/\\(?:u([0-9a-fA-F]{4})|(.))/g, (_, hex: string | undefined, character: string) =>
    hex
      ? String.fromCharCode(Number.parseInt(hex, 16))
      : ({ n: '\n', t: '\t', r: '\r' }[character] ?? character),
  );
}
