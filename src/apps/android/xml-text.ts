import { isFormatProblem } from '../fault.ts';
import { isBinaryXml, readBinaryXml } from './binary-xml.ts';
import { readProtoXml } from './proto-xml.ts';
import type { XmlElement, XmlValue } from './xml.ts';

/** How a message of `Resources.proto` begins that holds an element. */
const PROTO_ELEMENT = 0x0a;

/**
 * Compiled XML, as packages and bundles have it, with an element or attribute on each line, so that two of them can be compared;
 * `undefined` for what is none. Two texts may be equal where values are of a type that has no text.
 */
export function compiledXmlText(bytes: Buffer): string | undefined {
  const read = isBinaryXml(bytes) ? readBinaryXml : bytes[0] === PROTO_ELEMENT ? readProtoXml : undefined;
  if (!read) return undefined;
  try {
    const root = read(bytes);
    return root.name === '' ? undefined : linesOf(root, '').join('\n');
  } catch (error) {
    if (isFormatProblem(error)) return undefined;
    throw error;
  }
}

function linesOf({ name, attributes, children, text }: XmlElement, indent: string): string[] {
  const inner = `${indent}  `;
  return [
    `${indent}<${name}>`,
    ...[...attributes].map(([attribute, value]) => `${inner}${attribute}=${valueText(value)}`),
    ...(text.trim() === '' ? [] : [`${inner}${JSON.stringify(text)}`]),
    ...children.flatMap((child) => linesOf(child, inner)),
  ];
}

function valueText(value: XmlValue): string {
  switch (value.kind) {
    case 'text':
      return JSON.stringify(value.text);
    case 'reference':
      return resourceText(value.id);
    case 'other':
      return '?';
    default:
      return String(value.value);
  }
}

/** Package, type and entry of a resource, apart, so that nobody takes it for an address. */
function resourceText(id: number): string {
  const digits = (id >>> 0).toString(16).padStart(8, '0');
  return `@${digits.slice(0, 2)}.${digits.slice(2, 4)}.${digits.slice(4)}`;
}
