import { unzip } from '../archives/index.ts';
import { type Result, sha256 } from '../base/index.ts';

/** What signing adds to an archive, as the JAR specification names it. */
const SIGNATURE_FILE = /^META-INF\/(?:MANIFEST\.MF|[^/]+\.(?:SF|RSA|DSA|EC))$/i;

/**
 * The digest of what an app holds, whoever signed it and however it is packed: SHA-256 over a line `<SHA-256>  <path>` for each
 * file, as `sha256sum` prints them, sorted by the bytes of the path, without the files of a signature. The text says why an
 * archive has none.
 */
export function contentDigest(archive: Uint8Array): Result<string, string> {
  const files = unzip(archive, { wants: (path) => !SIGNATURE_FILE.test(path) });
  if (!files.ok) return files;
  const lines = files.value.map(({ path, content }) => ({
    path: Buffer.from(path),
    line: `${sha256(content)}  ${path}\n`,
  }));
  lines.sort((a, b) => Buffer.compare(a.path, b.path));
  return { ok: true, value: sha256(lines.map(({ line }) => line).join('')) };
}
