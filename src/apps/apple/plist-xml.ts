import { wrong } from '../fault.ts';
import { MAX_PLIST_DEPTH, MAX_PLIST_VALUES, type PlistValue } from './plist-value.ts';

const UTF8 = new TextDecoder('utf-8', { fatal: true });
const ENTITIES: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };
/** A tag, or what is skipped: comments, processing instructions and the document type. */
const MARK =
  /<!--[\s\S]*?-->|<\?[\s\S]*?\?>|<!\[CDATA\[[\s\S]*?\]\]>|<!DOCTYPE\s[^[\]>]*>|<(\/?)([A-Za-z]+)(?:\s[^<>]*?)?(\/?)>/y;

/** Reads a property list as XML. No entity is declared and no document type is loaded. */
export function readXmlPlist(bytes: Buffer): PlistValue {
  return new XmlPlist(decode(bytes)).read();
}

function decode(bytes: Buffer): string {
  if (bytes.length >= 2 && bytes.readUInt16BE(0) === 0xfffe) return bytes.subarray(2).toString('utf16le');
  try {
    return UTF8.decode(bytes);
  } catch {
    return wrong('it is no property list: neither binary nor a text in UTF-8');
  }
}

interface Tag {
  readonly name: string;
  readonly isEnd: boolean;
  readonly isEmpty: boolean;
  /** What stood before it. */
  readonly text: string;
}

class XmlPlist {
  readonly #source: string;
  #at = 0;
  #values = 0;

  constructor(source: string) {
    this.#source = source;
  }

  read(): PlistValue {
    const root = this.#next();
    if (root.name !== 'plist' || root.isEnd || root.isEmpty || root.text.trim() !== '')
      wrong('it is no property list: it does not begin with <plist>');
    const value = this.#value(this.#open(), 0);
    const end = this.#next();
    if (end.name !== 'plist' || !end.isEnd) wrong('it holds more than one value');
    return value;
  }

  /** The next tag of an element; what is no tag is text. */
  #next(): Tag {
    let text = '';
    while (this.#at < this.#source.length) {
      const open = this.#source.indexOf('<', this.#at);
      if (open < 0) break;
      text += unescaped(this.#source.slice(this.#at, open));
      MARK.lastIndex = open;
      const match = MARK.exec(this.#source);
      if (!match) wrong(`it has a tag at character ${open} that no property list has`);
      this.#at = MARK.lastIndex;
      if (match[0].startsWith('<![CDATA[')) text += match[0].slice(9, -3);
      else if (match[2] !== undefined)
        return { name: match[2], isEnd: match[1] === '/', isEmpty: match[3] === '/', text };
    }
    return wrong('it ends in the middle of an element');
  }

  #open(): Tag {
    const tag = this.#next();
    if (tag.text.trim() !== '')
      wrong(`the text ${JSON.stringify(tag.text.trim().slice(0, 40))} stands outside of a value`);
    return tag;
  }

  #value(tag: Tag, depth: number): PlistValue {
    if (depth > MAX_PLIST_DEPTH) wrong(`its values are nested deeper than ${MAX_PLIST_DEPTH}`);
    if (++this.#values > MAX_PLIST_VALUES) wrong(`it has more than ${MAX_PLIST_VALUES} values`);
    if (tag.isEnd) wrong(`</${tag.name}> ends what was not begun`);
    if (tag.name === 'dict') return this.#dict(tag, depth);
    if (tag.name === 'array') return this.#array(tag, depth);
    return simpleValue(tag.name, tag.isEmpty ? '' : this.#text(tag.name));
  }

  #text(name: string): string {
    const end = this.#next();
    if (end.name !== name || !end.isEnd) wrong(`<${name}> holds <${end.name}>`);
    return end.text;
  }

  #dict(tag: Tag, depth: number): PlistValue {
    const dict = new Map<string, PlistValue>();
    while (!tag.isEmpty) {
      const key = this.#open();
      if (key.isEnd && key.name === 'dict') break;
      if (key.name !== 'key' || key.isEnd) wrong(`a dictionary has <${key.name}> where a key has to be`);
      const name = key.isEmpty ? '' : this.#text('key');
      const value = this.#open();
      if (value.isEnd) wrong(`the key ${name} has no value`);
      dict.set(name, this.#value(value, depth + 1));
    }
    return dict;
  }

  #array(tag: Tag, depth: number): PlistValue {
    const list: PlistValue[] = [];
    while (!tag.isEmpty) {
      const item = this.#open();
      if (item.isEnd && item.name === 'array') break;
      list.push(this.#value(item, depth + 1));
    }
    return list;
  }
}

function simpleValue(name: string, text: string): PlistValue {
  switch (name) {
    case 'string':
      return text;
    case 'true':
      return true;
    case 'false':
      return false;
    case 'integer':
      return integer(text.trim());
    case 'real':
      return real(text.trim());
    case 'date':
      return date(text.trim());
    case 'data':
      return data(text.replace(/\s+/g, ''));
    default:
      return wrong(`<${name}> is no type of a property list`);
  }
}

function integer(text: string): number | bigint {
  const match =
    /^([+-]?)(0[xX][0-9a-fA-F]+|\d+)$/.exec(text) ?? wrong(`${JSON.stringify(text)} is no integer`);
  if (match[2]!.length > 40) wrong('an integer has more figures than are read');
  const value = BigInt(match[2]!) * (match[1] === '-' ? -1n : 1n);
  return Number.isSafeInteger(Number(value)) ? Number(value) : value;
}

function real(text: string): number {
  if (/^[+-]?(?:inf(?:inity)?)$/i.test(text)) return text.startsWith('-') ? -Infinity : Infinity;
  if (/^nan$/i.test(text)) return Number.NaN;
  return /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/.test(text)
    ? Number(text)
    : wrong(`${JSON.stringify(text)} is no number`);
}

function date(text: string): Date {
  const value = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(text) ? new Date(text) : undefined;
  return value && !Number.isNaN(value.getTime()) ? value : wrong(`${JSON.stringify(text)} is no date`);
}

function data(text: string): Buffer {
  return /^[A-Za-z0-9+/]*={0,2}$/.test(text) ? Buffer.from(text, 'base64') : wrong('data is not in Base64');
}

function unescaped(text: string): string {
  return text.replace(/&([^;&]{0,10});?/g, (whole, name: string) => {
    const code = /^#(?:x([0-9a-fA-F]{1,6})|(\d{1,7}))$/.exec(name);
    const number = code ? Number.parseInt(code[1] ?? code[2]!, code[1] === undefined ? 10 : 16) : 0;
    if (code && number > 0 && number <= 0x10ffff) return String.fromCodePoint(number);
    return ENTITIES[name] !== undefined && whole.endsWith(';')
      ? ENTITIES[name]
      : wrong(`it has the unknown entity ${whole}`);
  });
}
