import { OPERATIONS, type Operation } from './pickle-opcodes.ts';
import { PickleStack } from './pickle-stack.ts';
import { KEPT_ITEMS, OTHER, type PickleValue } from './pickle-values.ts';

/** Something that a pickle would load from Python's modules. */
export interface PickleImport {
  /** `undefined` where the name is computed, or a number of the registry of extensions. */
  readonly module: string | undefined;
  readonly name: string;
  /** Of the operation, from the beginning of the bytes. */
  readonly offset: number;
}

export interface PickleReading {
  readonly imports: readonly PickleImport[];
  /** Where the reading ended: behind STOP, or where it could not go on. */
  readonly end: number;
  /** Absent where STOP was reached. */
  readonly problem?: string;
}

/** Asked after each BUILD with the object: how many bytes of something else follow. `undefined`: it cannot be told. */
export type BytesBehind = (object: PickleValue, at: number) => number | undefined;

/**
 * Reads the operations of a pickle from `start` on, without doing what they say: which names it would import, through the stack and
 * the memo. Every step takes a byte at least, so it ends.
 */
export function readPickle(bytes: Buffer, start: number, bytesBehind: BytesBehind = () => 0): PickleReading {
  const machine = new PickleMachine(bytes);
  let at = start;
  while (at < bytes.length) {
    const operation = OPERATIONS.get(bytes[at]!);
    if (!operation) return machine.result(at, `the byte ${bytes[at]} at ${at} is no operation`);
    const argument = argumentAt(bytes, at + 1, operation.argument);
    if (!argument) return machine.result(at, `the operation ${operation.name} at ${at} is cut off`);
    machine.step(operation, argument, at);
    at = argument.end;
    if (operation.name === 'STOP') return machine.result(at);
    if (machine.stack.isTooDeep) return machine.result(at, 'it is made to fill the memory');
    if (operation.name !== 'BUILD') continue;
    const behind = bytesBehind(machine.stack.top, at);
    if (behind === undefined) return machine.result(at, `it cannot be told what follows at ${at}`);
    at += behind;
  }
  return machine.result(at, 'it ends without STOP');
}

/** Bytes of an argument, without the number that counts them and the line ends. */
interface Argument {
  readonly from: number;
  readonly to: number;
  readonly end: number;
}

function argumentAt(bytes: Buffer, at: number, shape: Operation['argument']): Argument | undefined {
  if (typeof shape === 'number') return whole(bytes, at, at + shape);
  if (shape === 'line' || shape === 'lines') {
    const first = bytes.indexOf(10, at);
    const last = shape === 'line' || first < 0 ? first : bytes.indexOf(10, first + 1);
    return last < 0 ? undefined : { from: at, to: last, end: last + 1 };
  }
  const width = Number(shape.slice('counted'.length));
  if (at + width > bytes.length) return undefined;
  const count = width === 8 ? Number(bytes.readBigUInt64LE(at)) : bytes.readUIntLE(at, width);
  return whole(bytes, at + width, at + width + count);
}

function whole(bytes: Buffer, from: number, to: number): Argument | undefined {
  return to <= bytes.length ? { from, to, end: to } : undefined;
}

/** Longer texts are no names of modules. */
const MAX_TEXT_BYTES = 4096;

class PickleMachine {
  readonly stack = new PickleStack();
  readonly #bytes: Buffer;
  readonly #imports: PickleImport[] = [];
  readonly #seen = new Set<string>();

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  result(end: number, problem?: string): PickleReading {
    return { imports: this.#imports, end, ...(problem === undefined ? {} : { problem }) };
  }

  step({ name }: Operation, { from, to }: Argument, at: number): void {
    const step = STEPS[name];
    if (step) step(this, { bytes: this.#bytes, from, to, at });
    else this.stack.push(OTHER);
  }

  import(module: string | undefined, name: string, offset: number): PickleValue {
    const key = `${module}\n${name}`;
    if (!this.#seen.has(key)) {
      this.#seen.add(key);
      this.#imports.push({ module, name, offset });
    }
    return module === undefined ? OTHER : { kind: 'global', module, name };
  }
}

interface StepPlace {
  readonly bytes: Buffer;
  readonly from: number;
  readonly to: number;
  readonly at: number;
}

type Step = (machine: PickleMachine, place: StepPlace) => void;

const line = ({ bytes, from, to }: StepPlace): string =>
  bytes.toString('utf8', from, Math.min(to, from + MAX_TEXT_BYTES)).replace(/\r$/, '');

const pushText: Step = ({ stack }, place) => {
  stack.push(place.to - place.from > MAX_TEXT_BYTES ? OTHER : { kind: 'text', text: line(place) });
};
const pushBytes: Step = ({ stack }, { bytes, from, to }) =>
  stack.push({ kind: 'bytes', bytes: bytes.subarray(from, to) });
const pushNumber: Step = ({ stack }, { bytes, from, to }) =>
  stack.push({ kind: 'number', value: bytes.readUIntLE(from, to - from) });
const pushTuple = (stack: PickleStack, items: readonly PickleValue[]): void =>
  stack.push(items.length > KEPT_ITEMS ? OTHER : { kind: 'tuple', items });
const dropMark: Step = ({ stack }) => void stack.popMark();
const drop: Step = ({ stack }) => void stack.pop();
const none: Step = () => {};

/** Protocol 0 writes texts as Python does: `'…'` with its escapes. */
function unquoted(text: string): string {
  return text
    .replace(/^(['"])(.*)\1$/s, '$2')
    .replace(/\\(?:x([0-9a-f]{2})|([0-7]{1,3})|(.))/gi, (_, hex, octal, other) =>
      other === undefined ? String.fromCharCode(Number.parseInt(hex ?? octal, hex ? 16 : 8)) : other,
    );
}

/** Or with those of `raw-unicode-escape`. */
function unescaped(text: string): string {
  return text.replace(/\\(?:u([0-9a-f]{4})|U([0-9a-f]{8}))/gi, (whole, four, eight) => {
    const code = Number.parseInt(four ?? eight, 16);
    return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });
}

function importLines(machine: PickleMachine, place: StepPlace): PickleValue {
  const [module = '', name = ''] = line(place).split('\n');
  return machine.import(module.trim(), name.trim(), place.at);
}

function call(stack: PickleStack, by: PickleValue, from: PickleValue): void {
  stack.push({ kind: 'made', by, from });
}

/** What each operation does to the stack. Those that are missing push something that does not matter. */
const STEPS: Readonly<Record<string, Step>> = {
  MARK: ({ stack }) => stack.mark(),
  STOP: drop,
  POP: ({ stack }) => stack.popOne(),
  POP_MARK: dropMark,
  DUP: ({ stack }) => stack.push(stack.top),
  STRING: ({ stack }, place) => stack.push({ kind: 'text', text: unquoted(line(place)) }),
  UNICODE: ({ stack }, place) => stack.push({ kind: 'text', text: unescaped(line(place)) }),
  BINSTRING: pushText,
  SHORT_BINSTRING: pushText,
  BINUNICODE: pushText,
  SHORT_BINUNICODE: pushText,
  BINUNICODE8: pushText,
  BINBYTES: pushBytes,
  SHORT_BINBYTES: pushBytes,
  BINBYTES8: pushBytes,
  BYTEARRAY8: pushBytes,
  BININT: pushNumber,
  BININT1: pushNumber,
  BININT2: pushNumber,
  INT: ({ stack }, place) => stack.push({ kind: 'number', value: Number.parseInt(line(place), 10) }),
  LONG: ({ stack }, place) => stack.push({ kind: 'number', value: Number.parseInt(line(place), 10) }),
  LONG1: ({ stack }, { bytes, from, to }) =>
    stack.push(
      to - from < 1 || to - from > 6 ? OTHER : { kind: 'number', value: bytes.readIntLE(from, to - from) },
    ),
  PROTO: none,
  FRAME: none,
  READONLY_BUFFER: none,
  BINPERSID: ({ stack }) => {
    stack.pop();
    stack.push(OTHER);
  },
  EMPTY_DICT: ({ stack }) => stack.push({ kind: 'dict', entries: new Map() }),
  DICT: ({ stack }) => {
    const items = stack.popMark();
    stack.push({ kind: 'dict', entries: new Map() });
    stack.setItems(items);
  },
  SETITEM: ({ stack }) => stack.setItems(stack.popMany(2)),
  SETITEMS: ({ stack }) => stack.setItems(stack.popMark()),
  LIST: ({ stack }) => {
    stack.popMark();
    stack.push(OTHER);
  },
  FROZENSET: ({ stack }) => {
    stack.popMark();
    stack.push(OTHER);
  },
  APPEND: drop,
  APPENDS: dropMark,
  ADDITEMS: dropMark,
  TUPLE: ({ stack }) => pushTuple(stack, stack.popMark()),
  EMPTY_TUPLE: ({ stack }) => pushTuple(stack, []),
  TUPLE1: ({ stack }) => pushTuple(stack, stack.popMany(1)),
  TUPLE2: ({ stack }) => pushTuple(stack, stack.popMany(2)),
  TUPLE3: ({ stack }) => pushTuple(stack, stack.popMany(3)),
  GET: ({ stack }, place) => stack.push(stack.recall(Number.parseInt(line(place), 10))),
  BINGET: ({ stack }, { bytes, from }) => stack.push(stack.recall(bytes.readUInt8(from))),
  LONG_BINGET: ({ stack }, { bytes, from }) => stack.push(stack.recall(bytes.readUInt32LE(from))),
  PUT: ({ stack }, place) => stack.remember(Number.parseInt(line(place), 10)),
  BINPUT: ({ stack }, { bytes, from }) => stack.remember(bytes.readUInt8(from)),
  LONG_BINPUT: ({ stack }, { bytes, from }) => stack.remember(bytes.readUInt32LE(from)),
  MEMOIZE: ({ stack }) => stack.remember(undefined),
  GLOBAL: (machine, place) => machine.stack.push(importLines(machine, place)),
  INST: (machine, place) => {
    const by = importLines(machine, place);
    call(machine.stack, by, { kind: 'tuple', items: machine.stack.popMark().slice(0, KEPT_ITEMS) });
  },
  STACK_GLOBAL: (machine, { at }) => {
    const [module, name] = machine.stack.popMany(2);
    const isKnown = module?.kind === 'text' && name?.kind === 'text';
    machine.stack.push(
      isKnown
        ? machine.import(module.text, name.text, at)
        : machine.import(undefined, 'a name that is computed', at),
    );
  },
  OBJ: ({ stack }) => {
    const [by = OTHER, ...items] = stack.popMark();
    call(stack, by, { kind: 'tuple', items: items.slice(0, KEPT_ITEMS) });
  },
  REDUCE: ({ stack }) => {
    const [by, from] = stack.popMany(2);
    call(stack, by!, from!);
  },
  NEWOBJ: ({ stack }) => {
    const [by, from] = stack.popMany(2);
    call(stack, by!, from!);
  },
  NEWOBJ_EX: ({ stack }) => {
    const [by, from] = stack.popMany(3);
    call(stack, by!, from!);
  },
  BUILD: ({ stack }) => {
    const state = stack.pop();
    if (stack.top.kind === 'made') stack.top.state = state;
  },
  EXT1: extension,
  EXT2: extension,
  EXT4: extension,
};

function extension(machine: PickleMachine, { bytes, from, to, at }: StepPlace): void {
  const code = bytes.readUIntLE(from, to - from);
  machine.stack.push(machine.import(undefined, `the extension ${code} of the registry`, at));
}
