import type { Readable } from 'node:stream';
import { Busboy, type BusboyInstance } from '@fastify/busboy';
import type { FastifyRequest } from 'fastify';
import { ok, type Result } from '../../base/index.ts';
import type { ByteSource } from '../blobs/blob-store.ts';
import { badRequest, HttpError } from './http-error.ts';

/** Of all fields together: they are held in memory. */
const MOST_FIELD_BYTES = 2 ** 22;

/** A form that was read to its end. */
export interface Form<T> {
  /** The first value of each field. */
  readonly fields: ReadonlyMap<string, string>;
  /** What became of the one file; absent where the form had none. */
  readonly file?: { readonly name: string; readonly stored: T };
}

export interface FormOptions<T> {
  /** The field of the file: others are refused. */
  readonly fileField: string;
  /** Takes the file as it comes. It must read all of it. */
  readonly take: (name: string, source: ByteSource) => Promise<T>;
}

const LIMITS = {
  fieldNameSize: 100,
  // A README is a field of PyPI's upload.
  fieldSize: 2 ** 20,
  fields: 300,
  files: 1,
  parts: 301,
  headerPairs: 20,
  headerSize: 8192,
};

/**
 * Reads a form of `multipart/form-data` (RFC 7578) with at most one file, in constant memory. It is given back only once its end
 * was seen, so that nothing of a form that was cut off is acted upon.
 */
export async function readForm<T>(request: FastifyRequest, options: FormOptions<T>): Promise<Form<T>> {
  const type = request.headers['content-type'] ?? '';
  if (!/^multipart\/form-data\s*;/i.test(type)) {
    throw new HttpError(415, 'not-a-form', {
      message: 'send a form of multipart/form-data, as `curl -F` does',
    });
  }
  const parser = parserFor(type);
  const fields = new Map<string, string>();
  let fieldBytes = 0;
  let content: Readable | undefined;
  let file: Promise<Result<Form<T>['file'], unknown>> | undefined;
  const ended = new Promise<void>((resolve, reject) => {
    const refuse = (message: string): void => reject(badRequest(message));
    parser.on('field', (name, value, nameWasCut, valueWasCut) => {
      fieldBytes += name.length + value.length;
      if (nameWasCut || valueWasCut || fieldBytes > MOST_FIELD_BYTES)
        return refuse(`the field ${name.slice(0, 50)} is too long`);
      if (!fields.has(name)) fields.set(name, value);
    });
    parser.on('file', (field, stream, fileName) => {
      content = stream;
      if (field !== options.fileField || !fileName)
        return refuse(`the file belongs into the field ${options.fileField}, with its name`);
      file = settled(options.take(fileName, stream).then((stored) => ({ name: fileName, stored })));
      // What is wrong with the file is told before the form ends.
      void file.then((result) => (result.ok ? undefined : reject(result.failure)));
    });
    for (const event of ['filesLimit', 'fieldsLimit', 'partsLimit'] as const)
      parser.on(event, () => refuse('the form has too many parts; send one file a request'));
    parser.on('error', (error) =>
      refuse(`the form is damaged: ${error instanceof Error ? error.message : ''}`),
    );
    parser.on('finish', resolve);
    request.raw.once('aborted', () => refuse('the form was cut off'));
  });
  const body = request.body as Readable;
  body.pipe(parser);
  try {
    await ended;
  } catch (error) {
    body.unpipe(parser);
    content?.destroy();
    parser.destroy();
    await file;
    throw error;
  }
  const result = await file;
  if (result && !result.ok) throw result.failure;
  return { fields, ...(result?.value ? { file: result.value } : {}) };
}

function parserFor(type: string): BusboyInstance {
  try {
    return new Busboy({ headers: { 'content-type': type }, limits: LIMITS });
  } catch (error) {
    throw badRequest(`the form cannot be read: ${error instanceof Error ? error.message : ''}`);
  }
}

/** Never rejects: nobody may be waiting for it yet. */
function settled<T>(promise: Promise<T>): Promise<Result<T, unknown>> {
  return promise.then(
    (value) => ok(value),
    (failure: unknown) => ({ ok: false as const, failure }),
  );
}
