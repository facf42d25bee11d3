import { ProtoMessage } from '../archive/protobuf.ts';
import { wrong } from '../fault.ts';
import { attributeName, MAX_XML_DEPTH, type OpenElement, type XmlElement, type XmlValue } from './xml.ts';

// Fields of aapt2's Resources.proto.
const NODE = { element: 1, text: 2 } as const;
const ELEMENT = { namespace: 2, name: 3, attribute: 4, child: 5 } as const;
const ATTRIBUTE = { namespace: 1, name: 2, text: 3, id: 5, item: 6 } as const;
const ITEM = { reference: 1, string: 2, rawString: 3, styled: 4, file: 5, primitive: 7 } as const;
const REFERENCE_ID = 2;
const PRIMITIVE = { decimal: 6, hexadecimal: 7, boolean: 8 } as const;

/** The root of a compiled XML file in the form that bundles have. */
export function readProtoXml(bytes: Buffer): XmlElement {
  const element = new ProtoMessage(bytes).message(NODE.element) ?? wrong('it is not compiled XML');
  return elementOf(element, 0);
}

function elementOf(message: ProtoMessage, depth: number): OpenElement {
  if (depth > MAX_XML_DEPTH) wrong(`its elements are nested deeper than ${MAX_XML_DEPTH}`);
  const attributes = message.messages(ELEMENT.attribute).map((each): [string, XmlValue] => {
    const id = each.number(ATTRIBUTE.id) ?? 0;
    const name = attributeName(id, each.text(ATTRIBUTE.namespace) ?? '', each.text(ATTRIBUTE.name) ?? '');
    const item = each.message(ATTRIBUTE.item);
    return [name, (item && itemValue(item)) ?? { kind: 'text', text: each.text(ATTRIBUTE.text) ?? '' }];
  });
  const nodes = message.messages(ELEMENT.child);
  const children = nodes.flatMap((node) => {
    const element = node.message(NODE.element);
    return element ? [elementOf(element, depth + 1)] : [];
  });
  const text = nodes.map((node) => node.text(NODE.text) ?? '').join('');
  return { name: message.text(ELEMENT.name) ?? '', attributes: new Map(attributes), children, text };
}

/** A value as XML files and tables of resources hold it; `undefined` for what says nothing. */
export function itemValue(item: ProtoMessage): XmlValue | undefined {
  const reference = item.message(ITEM.reference);
  if (reference) return { kind: 'reference', id: reference.number(REFERENCE_ID) ?? 0 };
  for (const field of [ITEM.string, ITEM.rawString, ITEM.styled, ITEM.file]) {
    const text = item.message(field);
    if (text) return { kind: 'text', text: text.text(1) ?? '' };
  }
  const primitive = item.message(ITEM.primitive);
  if (!primitive) return undefined;
  const boolean = primitive.number(PRIMITIVE.boolean);
  if (boolean !== undefined) return { kind: 'boolean', value: boolean !== 0 };
  const number = primitive.number(PRIMITIVE.decimal) ?? primitive.number(PRIMITIVE.hexadecimal);
  return number === undefined ? { kind: 'other' } : { kind: 'integer', value: number | 0 };
}
