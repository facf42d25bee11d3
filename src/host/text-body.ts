import type { HttpBody } from './http.ts';

/** A text that is sent once. */
export function textBody(text: string): HttpBody {
  const bytes = Buffer.from(text);
  let at = 0;
  return {
    sizeBytes: bytes.byteLength,
    read: (buffer) => {
      const count = bytes.copy(buffer, 0, at);
      at += count;
      return count;
    },
  };
}
