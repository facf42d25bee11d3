/** Fields of one paragraph, by names in small letters; of a name that stands several times, each value. */
export type Fields = ReadonlyMap<string, readonly string[]>;

/**
 * Paragraphs of `Name: value` with lines that go on by beginning with white space, as dpkg (deb822), Python's metadata and jars'
 * manifests have them. What is no field is passed over. `continued` puts such lines together.
 */
export function* paragraphs(text: string, continued = '\n'): Generator<Fields> {
  let fields = new Map<string, string[]>();
  let last: string[] | undefined;
  for (const line of lines(text)) {
    if (line.trim() === '') {
      if (fields.size > 0) yield fields;
      fields = new Map();
      last = undefined;
    } else if (line[0] === ' ' || line[0] === '\t') {
      if (last) last.push(`${last.pop()}${continued}${continued === '' ? line.slice(1) : line.trim()}`);
    } else {
      const colon = line.indexOf(':');
      if (colon <= 0) continue;
      const name = line.slice(0, colon).toLowerCase();
      last = fields.get(name) ?? [];
      last.push(line.slice(colon + 1).trim());
      fields.set(name, last);
    }
  }
  if (fields.size > 0) yield fields;
}

function* lines(text: string): Generator<string> {
  for (let at = 0; at < text.length; ) {
    const found = text.indexOf('\n', at);
    const end = found < 0 ? text.length : found;
    yield text.slice(at, text[end - 1] === '\r' ? end - 1 : end);
    at = end + 1;
  }
}

/** The one value of a field. */
export function fieldOf(fields: Fields, name: string): string | undefined {
  const value = fields.get(name)?.[0];
  return value === '' ? undefined : value;
}
