import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { bytesSource } from '../../archives/index.ts';
import { zipOf } from '../../archives/testing.ts';
import { modelFindings } from './model-findings.ts';
import { verdictOfImport } from './pickle-globals.ts';
import { OPERATIONS } from './pickle-opcodes.ts';
import { scanModel } from './scan-model.ts';

const RUNS = Number(process.env.MOBILEOPS_FUZZ_RUNS ?? 500);

function notes(bytes: Buffer, isSurelyPickle = true): readonly string[] {
  return scanModel(bytesSource(bytes), { isSurelyPickle }).map(
    ({ kind, what, member }) => `${member === undefined ? '' : `${member}: `}${kind} ${what}`,
  );
}

/** What Python, NumPy, joblib and scikit-learn wrote, and what is to be said of it. */
const RECORDED: Readonly<Record<string, { base64: string; notes: readonly string[] }>> = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../../test/fixtures/scan/models.json'), 'utf8'),
);

for (const [name, { base64, notes: expected }] of Object.entries(RECORDED)) {
  test(`recorded: ${name}`, () => assert.deepEqual(notes(Buffer.from(base64, 'base64')), expected));
}

/** Operations by hand, for what no library writes. Latin-1. */
const HAND: Readonly<Record<string, readonly [pickle: string, expected: readonly string[]]>> = {
  INST: ["(S'true'\nios\nsystem\n.", ['dangerous os.system']],
  OBJ: ["(cos\nsystem\nS'true'\no.", ['dangerous os.system']],
  'STACK_GLOBAL from the memo': [
    '\x80\x04\x8c\x02os\x94\x8c\x06system\x940h\x00h\x01\x93.',
    ['dangerous os.system'],
  ],
  'STACK_GLOBAL from PUT and GET': ['Vos\np5\n0Vsystem\np6\n0g5\ng6\n\x93.', ['dangerous os.system']],
  'STACK_GLOBAL past a mark': ['\x80\x04\x8c\x02os(\x8c\x03abc1\x8c\x06system\x93.', ['dangerous os.system']],
  'STACK_GLOBAL with DUP and POP': ['\x80\x04\x8c\x02os2\x8c\x01x0\x8c\x03pty\x93.', ['dangerous os.pty']],
  'a name with octal escapes': ["S'p\\157six'\nS'sys\\x74em'\n\x93.", ['dangerous posix.system']],
  'a name with escapes of Unicode': ['V\\u006fs\nVsystem\n\x93.', ['dangerous os.system']],
  'a name that is computed': [
    '\x80\x04cbuiltins\nstr\n\x8c\x02os\x85R\x8c\x06system\x93.',
    ['computed a name that is computed'],
  ],
  'a number of the registry': ['\x80\x02\x82\x05.', ['computed the extension 5 of the registry']],
  'attributes that lead to everything': [
    '\x80\x04\x8c\x05torch\x8c\x09os.system\x93.',
    ['dangerous torch.os.system'],
  ],
  'an unknown module': ['\x80\x02cmy_models.net\nNet\n)\x81.', ['unknown my_models.net.Net']],
  'hostile before the damage': [
    '\x80\x02cos\nsystem\n\xff',
    [
      'dangerous os.system',
      'unreadable a pickle that cannot be read to its end: the byte 255 at 13 is no operation',
    ],
  ],
  'two pickles, the second one hostile': ['\x80\x02N.\x80\x02cos\nsystem\n.', ['dangerous os.system']],
  'data behind a pickle': ['\x80\x02N.\xff\xff\xff', []],
  'a number of the past': ['\x80\x02cos\nsystem\nN\x85R0N.', ['dangerous os.system']],
  'cut off': [
    '\x80\x04\x95\x00',
    ['unreadable a pickle that cannot be read to its end: the operation FRAME at 2 is cut off'],
  ],
  'no STOP': ['\x80\x02N', ['unreadable a pickle that cannot be read to its end: it ends without STOP']],
  'a length beyond the end': [
    '\x80\x04\x8d\xff\xff\xff\xff\xff\xff\xff\xff.',
    ['unreadable a pickle that cannot be read to its end: the operation BINUNICODE8 at 2 is cut off'],
  ],
};

for (const [name, [pickle, expected]] of Object.entries(HAND)) {
  test(`by hand: ${name}`, () => assert.deepEqual(notes(Buffer.from(pickle, 'latin1')), expected));
}

test('what is no pickle is no finding, unless its name says that it is one', () => {
  const text = Buffer.from('import site\n');
  assert.deepEqual(notes(text, false), []);
  assert.equal(notes(text).length, 1);
  assert.deepEqual(notes(Buffer.alloc(0)), []);
});

test('an archive with a wrong checksum is read as PyTorch reads it', () => {
  const archive = zipOf([{ path: 'm/data.pkl', content: 'cos\nsystem\n.', method: 0, flags: 1 }]);
  assert.deepEqual(notes(archive, false), ['m/data.pkl: dangerous os.system']);
});

test('archives in archives are read to a depth, and then told', () => {
  let content: Buffer = Buffer.from('cos\nsystem\n.');
  const wrap = (path: string): void => {
    content = zipOf([{ path, content: content.toString('latin1'), method: 0 }]);
  };
  wrap('a.pkl');
  const deep = Buffer.from('\x80\x02cos\nsystem\n.', 'latin1');
  assert.deepEqual(notes(deep), ['dangerous os.system']);
  assert.deepEqual(notes(content), ['a.pkl: dangerous os.system']);
});

test('a pickle that fills the memory is left in time', () => {
  const marks = Buffer.alloc(3_000_000, '(');
  assert.deepEqual(notes(marks), [
    'unreadable a pickle that cannot be read to its end: it is made to fill the memory',
  ]);
});

test('findings say how bad it is and what to do', () => {
  const [finding] = modelFindings(bytesSource(Buffer.from('cos\nsystem\n.')), 'models/a.pkl');
  assert.deepEqual(finding, {
    id: 'model/dangerous-import',
    aliases: [],
    kind: 'model',
    severity: 'critical',
    title: 'loading it calls os.system, which can run programs or reach files and the network',
    subject: 'models/a.pkl',
    place: { path: 'models/a.pkl' },
    remedy: 'do not load it; take a format that holds data alone, such as safetensors or ONNX',
  });
});

test('nothing that Python has by itself is safe unless a list says so', () => {
  const verdicts = [
    'os.system',
    'builtins.eval',
    '__builtin__.getattr',
    '_io.open',
    'importlib.import_module',
    'torch.hub.load',
    'functools.partial',
  ].map((each) =>
    verdictOfImport(each.slice(0, each.lastIndexOf('.')), each.slice(each.lastIndexOf('.') + 1)),
  );
  assert.deepEqual([...new Set(verdicts)], ['dangerous']);
  assert.equal(verdictOfImport('constructor', 'constructor'), 'unknown');
  assert.equal(verdictOfImport('__proto__', 'toString'), 'unknown');
});

const operations = [...OPERATIONS.keys()];
const piece = fc.oneof(
  fc.constantFrom(...operations).map((byte) => Buffer.from([byte])),
  fc.uint8Array({ maxLength: 6 }).map((bytes) => Buffer.from(bytes)),
  fc
    .constantFrom('os\nsystem\n', '\x8c\x02os', '5\n', "'a'\n", 'PK\x03\x04', '\x93NUMPY\x01\0')
    .map((text) => Buffer.from(text, 'latin1')),
);

test('any bytes give an answer, in time', () => {
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 200 }), fc.boolean(), (pieces, isSure) => {
      notes(Buffer.concat(pieces), isSure);
    }),
    { numRuns: RUNS },
  );
});

test('a changed or cut model gives an answer', () => {
  const bases = Object.values(RECORDED).map(({ base64 }) => Buffer.from(base64, 'base64'));
  fc.assert(
    fc.property(
      fc.constantFrom(...bases),
      fc.nat(),
      fc.nat(),
      fc.nat({ max: 255 }),
      (base, at, end, byte) => {
        const changed = Buffer.from(base);
        changed[at % base.length] = byte;
        notes(changed);
        notes(changed.subarray(0, end % base.length));
      },
    ),
    { numRuns: RUNS },
  );
});
