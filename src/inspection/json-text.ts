/** Deeper than any document of an image; more would exhaust the stack of whoever walks it. */
const MAX_DEPTH = 64;

/** Reads a JSON object of one who is not trusted; `undefined` for anything else, and for what is nested without sense. */
export function readJsonObject(bytes: Uint8Array): Readonly<Record<string, unknown>> | undefined {
  const value = readJson(bytes);
  return isObject(value) ? value : undefined;
}

export function readJson(bytes: Uint8Array): unknown {
  if (isTooDeep(bytes)) return undefined;
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    return undefined;
  }
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isTooDeep(bytes: Uint8Array): boolean {
  let depth = 0;
  let isInText = false;
  for (let at = 0; at < bytes.byteLength; at++) {
    const character = bytes[at]!;
    if (isInText && character === 0x5c) at++;
    else if (character === 0x22) isInText = !isInText;
    else if (isInText) continue;
    else if (character === 0x5b || character === 0x7b) depth++;
    else if (character === 0x5d || character === 0x7d) depth--;
    if (depth > MAX_DEPTH) return true;
  }
  return false;
}
