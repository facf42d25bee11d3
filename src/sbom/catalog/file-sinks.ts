import { basename } from 'node:path/posix';
import { Digester, withoutAbsent } from '../../base/index.ts';
import type { Found, Reader } from './found.ts';
import { MODEL_HEAD_BYTES, modelFacts } from './model-file.ts';

/** Takes a file's bytes in chunks, and says at the end what it is. */
export interface FileSink {
  /** The chunk is not kept beyond the call, unless it is copied. */
  take(chunk: Uint8Array): void;
  end(): readonly Found[];
}

/** Holds the whole file. */
export function wholeFile(path: string, read: Reader): FileSink {
  const chunks: Buffer[] = [];
  return {
    take: (chunk) => chunks.push(Buffer.from(chunk)),
    end: () => read(path, chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks)),
  };
}

/** Lets a file pass that is too large to be held. */
export function unread(why: string): FileSink {
  return { take: () => {}, end: () => [{ kind: 'not-listed', why }] };
}

/** Hashes a model and keeps its first bytes. */
export function modelSink(path: string): FileSink {
  const digester = new Digester();
  const head: Buffer[] = [];
  let held = 0;
  return {
    take(chunk) {
      digester.update(chunk);
      if (held >= MODEL_HEAD_BYTES) return;
      const part = Buffer.from(chunk.subarray(0, MODEL_HEAD_BYTES - held));
      head.push(part);
      held += part.length;
    },
    end() {
      const { hash, sizeBytes } = digester.digest();
      const { format, name, licence, architecture } = modelFacts(Buffer.concat(head));
      return [
        {
          kind: 'file',
          type: 'machine-learning-model',
          name: basename(path),
          hashes: [{ algorithm: 'sha256', hex: hash }],
          facts: withoutAbsent({
            'model:format': format,
            'model:name': name,
            'model:architecture': architecture,
            'size-bytes': String(sizeBytes),
          }),
          ...(licence === undefined ? {} : { licence }),
        },
      ];
    },
  };
}
