/** The metrics of a kind of vector, each with its values in the order of the specification. */
export interface VectorShape {
  /** What the text begins with, `CVSS:3.1/`; nothing in version 2. */
  readonly prefix: string;
  readonly mandatory: Readonly<Record<string, readonly string[]>>;
  readonly optional: Readonly<Record<string, readonly string[]>>;
}

/** The value of each metric that the vector states. */
export type Metrics = ReadonlyMap<string, string>;

/** `undefined` where the text is no such vector: an unknown metric or value, one twice, a mandatory one left out. */
export function parseVector(text: string, { prefix, mandatory, optional }: VectorShape): Metrics | undefined {
  if (!text.startsWith(prefix)) return undefined;
  const metrics = new Map<string, string>();
  for (const field of text.slice(prefix.length).split('/')) {
    const [name = '', value = '', ...rest] = field.split(':');
    const values = Object.hasOwn(mandatory, name)
      ? mandatory[name]
      : Object.hasOwn(optional, name)
        ? optional[name]
        : undefined;
    if (!values?.includes(value) || rest.length > 0 || metrics.has(name)) return undefined;
    metrics.set(name, value);
  }
  return Object.keys(mandatory).every((name) => metrics.has(name)) ? metrics : undefined;
}
