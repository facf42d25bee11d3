/** On every answer: what was uploaded by one must not run in the browser of another. */
export const SAFE_HEADERS: Readonly<Record<string, string>> = {
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'; sandbox",
};

/** For pages of our own, which load only what this server has, and no script that stands in a page. */
export const PAGE_POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; " +
  "manifest-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

/** Types that a browser shows without running anything; everything else is sent as bytes to be saved. */
const HARMLESS = new Set([
  'application/json',
  'application/zip',
  'application/gzip',
  'application/x-tar',
  'application/vnd.android.package-archive',
  'application/octet-stream',
  'text/plain',
  'image/png',
  'image/jpeg',
  'image/webp',
]);

/** The type to send uploaded content with, whatever its uploader said of it. */
export function safeContentType(told: string | undefined): string {
  const type = (told ?? '').split(';')[0]!.trim().toLowerCase();
  if (!HARMLESS.has(type)) return 'application/octet-stream';
  return type === 'text/plain' ? 'text/plain; charset=utf-8' : type;
}

/** `Content-Disposition` for any name (RFC 6266): nothing in it can end the header, a quote or a path. */
export function attachment(fileName: string): string {
  const name = fileName.split(/[/\\]/).at(-1) || 'download';
  const plain = name.replace(/[^A-Za-z0-9._+ -]/g, '_');
  const encoded = encodeURIComponent(name.toWellFormed()).replace(
    /['()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return plain === name
    ? `attachment; filename="${plain}"`
    : `attachment; filename="${plain}"; filename*=UTF-8''${encoded}`;
}
