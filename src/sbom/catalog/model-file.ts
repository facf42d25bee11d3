import { basename } from 'node:path/posix';
import { withoutAbsent } from '../../base/index.ts';
import { isObject, parsedJson } from './json.ts';

/** What the files of models are called; what is in them is told by their first bytes. */
const MODEL =
  /\.(pt|pth|ckpt|onnx|ort|safetensors|gguf|ggml|pkl|pickle|joblib|tflite|h5|hdf5|keras|mlmodel|pdmodel|pdiparams|caffemodel|engine|torchscript)$/i;
/** Names that many other files end in, too. */
const MODEL_NAME =
  /^(pytorch_model|model|saved_model|adapter_model|diffusion_pytorch_model)([\w.-]*)\.(bin|pb|msgpack)$/i;

export function isModelFile(path: string): boolean {
  return MODEL.test(path) || MODEL_NAME.test(basename(path));
}

export interface ModelFacts {
  readonly format: string;
  readonly name?: string;
  readonly licence?: string;
  readonly architecture?: string;
}

/** As many of a model's first bytes as tell what it is. */
export const MODEL_HEAD_BYTES = 256 * 1024;

/** Told by the first bytes, whatever the name says. Reads the headers of GGUF and safetensors; runs nothing, unpickles nothing. */
export function modelFacts(head: Buffer): ModelFacts {
  if (head.toString('latin1', 0, 4) === 'GGUF') return { format: 'GGUF', ...ggufFacts(head) };
  if (head.toString('latin1', 4, 8) === 'TFL3') return { format: 'TensorFlow Lite' };
  if (head.toString('latin1', 1, 4) === 'HDF' && head[0] === 0x89) return { format: 'HDF5' };
  if (head.toString('latin1', 0, 4) === 'PK\u0003\u0004')
    return { format: head.includes('data.pkl') ? 'PyTorch (zip with a pickle)' : 'zip' };
  if (head[0] === 0x80 && head[1]! >= 2 && head[1]! <= 5) return { format: 'pickle' };
  const safetensors = safetensorsFacts(head);
  if (safetensors) return safetensors;
  if (head[0] === 0x08 && /[\x20-\x7e]{3,}/.test(head.toString('latin1', 2, 64))) return { format: 'ONNX' };
  return { format: 'not recognised' };
}

/** A length of 8 bytes, then so many bytes of JSON. */
function safetensorsFacts(head: Buffer): ModelFacts | undefined {
  if (head.length < 10 || head.readUInt32LE(4) !== 0 || head[8] !== 0x7b) return undefined;
  const end = 8 + head.readUInt32LE(0);
  const header = end <= head.length ? parsedJson(head.subarray(8, end)) : undefined;
  if (end <= head.length && !isObject(header)) return undefined;
  const stated = isObject(header) && isObject(header.__metadata__) ? header.__metadata__ : {};
  const text = (key: string): string | undefined => shortText(stated[key]);
  return {
    format: 'safetensors',
    ...withoutAbsent({
      name: text('modelspec.title') ?? text('name'),
      licence: text('modelspec.license') ?? text('license'),
      architecture: text('modelspec.architecture') ?? text('architecture'),
    }),
  };
}

function shortText(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' && value.length <= 200 ? value : undefined;
}

const GGUF_NAMES: Readonly<Record<string, 'name' | 'licence' | 'architecture'>> = {
  'general.name': 'name',
  'general.license': 'licence',
  'general.architecture': 'architecture',
};
/** Bytes of GGUF's kinds of values; of texts and lists the bytes tell. */
const GGUF_SIZES: readonly (number | undefined)[] = [1, 1, 2, 2, 4, 4, 4, 1, undefined, undefined, 8, 8, 8];
const GGUF_TEXT = 8;
const MAX_GGUF_KEYS = 1000;

/** The general keys stand first; at a list we stop, as it may be longer than what we have. */
function ggufFacts(head: Buffer): Partial<Omit<ModelFacts, 'format'>> {
  const facts: { name?: string; licence?: string; architecture?: string } = {};
  if (head.length < 24) return facts;
  const count = Math.min(MAX_GGUF_KEYS, Number(head.readBigUInt64LE(16)));
  let at = 24;
  for (let number = 0; number < count; number++) {
    const key = ggufText(head, at);
    if (!key || key.end + 4 > head.length) break;
    const kind = head.readUInt32LE(key.end);
    at = key.end + 4;
    if (kind === GGUF_TEXT) {
      const value = ggufText(head, at);
      if (!value) break;
      const name = GGUF_NAMES[key.text];
      if (name && shortText(value.text) !== undefined) facts[name] = value.text;
      at = value.end;
    } else {
      const size = GGUF_SIZES[kind];
      if (size === undefined) break;
      at += size;
    }
  }
  return facts;
}

function ggufText(head: Buffer, at: number): { readonly text: string; readonly end: number } | undefined {
  if (at + 8 > head.length) return undefined;
  const end = at + 8 + Number(head.readBigUInt64LE(at));
  return end <= head.length ? { text: head.toString('utf8', at + 8, end), end } : undefined;
}
