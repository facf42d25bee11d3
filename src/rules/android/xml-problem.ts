/** What is wrong with a text that is to be XML, and where. */
export interface XmlProblem {
  readonly start: number;
  readonly end: number;
  readonly message: string;
  readonly hint: string;
}

interface OpenElement {
  readonly name: string;
  readonly start: number;
  /** Declared here or by an element around it. */
  readonly prefixes: ReadonlySet<string>;
}

const TOKEN =
  /<!--([\s\S]*?)(-->|$)|<\?[\s\S]*?(?:\?>|$)|<!\[CDATA\[[\s\S]*?(?:\]\]>|$)|<![^>]*>?|<\/([^\s<>]*)\s*(>?)|<([^\s<>/="'!?]*)|[^<]+/g;
const ATTRIBUTE = /\s+([^\s=<>"'/]+)(\s*=\s*("[^"<]*"|'[^'<]*')?)?/y;
const REFERENCE = /&(?!(?:amp|lt|gt|quot|apos|#\d+|#x[\da-fA-F]+);)[^\s;<"']*;?/;
const ALWAYS: ReadonlySet<string> = new Set(['xml', 'xmlns']);

/** The first place at which a text stops to be XML of one element, with namespaces; `undefined` where there is none. */
export function xmlProblem(text: string): XmlProblem | undefined {
  const open: OpenElement[] = [];
  let hasRoot = false;
  TOKEN.lastIndex = text.startsWith('\ufeff') ? 1 : 0;
  for (let match = TOKEN.exec(text); match; match = TOKEN.exec(text)) {
    const [token, comment, commentEnd, closed, closedEnd, opened] = match;
    const start = match.index;
    const end = start + token.length;
    const at = (message: string, hint: string): XmlProblem => ({ start, end, message, hint });
    if (comment !== undefined) {
      if (commentEnd === '') return at('this comment is not closed', 'end it with -->');
      if (comment.includes('--') || comment.endsWith('-'))
        return at('a comment of XML holds no --', 'take the second dash out');
    } else if (closed !== undefined) {
      const problem = closing(open.pop(), { name: closed, isWhole: closedEnd !== '', at });
      if (problem) return problem;
    } else if (opened !== undefined) {
      if (open.length === 0 && hasRoot)
        return at(`<${opened}> stands after the end of the file's one element`, 'move it inside');
      const element = readElement(text, { name: opened, start, around: open.at(-1) });
      if ('message' in element) return element;
      hasRoot = true;
      TOKEN.lastIndex = element.end;
      if (!element.isEmpty) open.push(element);
    } else if (token.startsWith('<')) {
      if (!/(\?>|\]\]>|>)$/.test(token)) return at('this is not closed', 'close it');
    } else {
      const problem = textProblem(token, { start, isInside: open.length > 0 });
      if (problem) return problem;
    }
  }
  const left = open.at(-1);
  if (left)
    return {
      start: left.start,
      end: left.start + left.name.length + 1,
      message: `<${left.name}> is not closed`,
      hint: `write </${left.name}> where it ends`,
    };
  return hasRoot ? undefined : { start: 0, end: 0, message: 'the file has no element', hint: 'write one' };
}

interface Closing {
  readonly name: string;
  readonly isWhole: boolean;
  readonly at: (message: string, hint: string) => XmlProblem;
}

function closing(opened: OpenElement | undefined, { name, isWhole, at }: Closing): XmlProblem | undefined {
  if (!opened) return at(`</${name}> closes nothing`, 'take it out');
  if (opened.name !== name)
    return at(`</${name}> stands where <${opened.name}> is to be closed`, `write </${opened.name}>`);
  return isWhole ? undefined : at(`</${name} has no >`, 'close it with >');
}

function textProblem(
  token: string,
  { start, isInside }: { readonly start: number; readonly isInside: boolean },
): XmlProblem | undefined {
  if (!isInside && token.trim() !== '') {
    const from = start + token.search(/\S/);
    return { start: from, end: from + 1, message: 'text outside of the element', hint: 'take it out' };
  }
  return referenceProblem(token, start);
}

function referenceProblem(token: string, start: number): XmlProblem | undefined {
  const found = REFERENCE.exec(token);
  if (!found) return undefined;
  const from = start + found.index;
  const message = found[0] === '&' ? 'a & that begins nothing' : `${found[0]} is not known`;
  return { start: from, end: from + found[0].length, message, hint: 'write &amp; for the character &' };
}

interface Opening {
  readonly name: string;
  readonly start: number;
  readonly around: OpenElement | undefined;
}

function readElement(
  text: string,
  { name, start, around }: Opening,
): XmlProblem | (OpenElement & { readonly end: number; readonly isEmpty: boolean }) {
  const attributes = new Map<string, number>();
  let at = start + 1 + name.length;
  const problem = (from: number, to: number, message: string, hint: string): XmlProblem => ({
    ...{ start: from, end: to, message, hint },
  });
  if (!/^[\p{L}_:][\p{L}\p{N}_:.-]*$/u.test(name))
    return problem(start, start + 1, 'a < that begins no element', 'write &lt; for the character <');
  for (;;) {
    ATTRIBUTE.lastIndex = at;
    const match = ATTRIBUTE.exec(text);
    if (!match) break;
    const [whole, attribute = '', rest, value] = match;
    const from = at + whole.indexOf(attribute);
    const to = from + attribute.length;
    if (rest === undefined) return problem(from, to, `${attribute} has no value`, `write ${attribute}="…"`);
    if (value === undefined)
      return problem(
        from,
        to,
        `the value of ${attribute} has no quotes, or none at its end`,
        `write ${attribute}="…"`,
      );
    if (attributes.has(attribute))
      return problem(from, to, `<${name}> has ${attribute} twice`, 'take one of the two out');
    attributes.set(attribute, from);
    at += whole.length;
    const reference = referenceProblem(value, at - value.length);
    if (reference) return reference;
  }
  const end = /^\s*(\/?)>/.exec(text.slice(at));
  if (!end) return problem(start, start + 1 + name.length, `<${name} has no >`, 'close it with > or />');
  const declared = [...attributes.keys()].filter((each) => each.startsWith('xmlns:'));
  const prefixes = new Set([...(around?.prefixes ?? ALWAYS), ...declared.map((each) => each.slice(6))]);
  for (const [each, from] of [[name, start + 1] as const, ...attributes]) {
    const colon = each.indexOf(':');
    if (colon > 0 && !prefixes.has(each.slice(0, colon)))
      return problem(
        from,
        from + each.length,
        `the prefix of ${each} is not declared`,
        `add xmlns:${each.slice(0, colon)}="…" to the outermost element`,
      );
  }
  return { name, start, prefixes, end: at + end[0].length, isEmpty: end[1] === '/' };
}
