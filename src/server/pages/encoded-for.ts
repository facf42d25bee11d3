import type { WebAsset } from './web-assets.ts';

/** The smallest form of a file that a client with this `Accept-Encoding` takes. */
export function encodedFor(
  { bytes, brotli, gzip }: WebAsset,
  accepted: string,
): { readonly encoding: string | undefined; readonly bytes: Uint8Array } {
  const accepts = (name: string): boolean =>
    new RegExp(`(?:^|,)\\s*${name}\\s*(?:;(?!\\s*q=0(?:\\.0*)?\\s*(?:,|$))|,|$)`).test(accepted);
  if (brotli && accepts('br')) return { encoding: 'br', bytes: brotli };
  if (gzip && accepts('gzip')) return { encoding: 'gzip', bytes: gzip };
  return { encoding: undefined, bytes };
}
