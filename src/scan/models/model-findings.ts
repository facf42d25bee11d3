import type { ByteSource } from '../../archives/index.ts';
import type { Finding } from '../model.ts';
import type { Severity } from '../severity/severity.ts';
import { type ModelNote, scanModel } from './scan-model.ts';

const SURE = /\.(?:pkl|pickle|joblib)$/i;
const MODEL = /\.(?:pkl|pickle|joblib|pt|pth|bin|ckpt|npy|npz)$/i;

/** Whether a file is read as a model: by its name alone, since every file may hold a pickle. */
export function isModelName(path: string): boolean {
  return MODEL.test(path);
}

interface Words {
  readonly id: string;
  readonly severity: Severity;
  readonly title: (what: string) => string;
  readonly remedy: string;
}

const WITHOUT_CODE = 'take a format that holds data alone, such as safetensors or ONNX';

/** What nobody knows is no less than medium: loading a pickle calls whatever it imports. */
const WORDS: Readonly<Record<ModelNote['kind'], Words>> = {
  dangerous: {
    id: 'model/dangerous-import',
    severity: 'critical',
    title: (what) => `loading it calls ${what}, which can run programs or reach files and the network`,
    remedy: `do not load it; ${WITHOUT_CODE}`,
  },
  computed: {
    id: 'model/computed-import',
    severity: 'high',
    title: (what) => `loading it imports ${what}, so what it calls cannot be told`,
    remedy: `do not load it; ${WITHOUT_CODE}`,
  },
  unknown: {
    id: 'model/unknown-import',
    severity: 'medium',
    title: (what) => `loading it imports ${what}, of which nothing is known`,
    remedy: `look at what it does and except it with a reason, or ${WITHOUT_CODE}`,
  },
  unreadable: {
    id: 'model/unreadable',
    severity: 'medium',
    title: (what) => `it was not scanned: ${what}`,
    remedy: WITHOUT_CODE,
  },
};

/** What loading a model would run. `path` is what findings name. */
export function modelFindings(source: ByteSource, path: string): readonly Finding[] {
  return scanModel(source, { isSurelyPickle: SURE.test(path) }).map((note) => {
    const { id, severity, title, remedy } = WORDS[note.kind];
    const member = note.member === undefined ? '' : `${note.member}: `;
    return {
      id,
      aliases: [],
      kind: 'model',
      severity,
      title: member + title(note.what),
      subject: path,
      place: { path },
      remedy,
    };
  });
}
