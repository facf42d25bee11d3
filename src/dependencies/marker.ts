/** Values of the marker's variables (PEP 508) on one machine. */
export type MarkerEnvironment = Readonly<Record<string, string>>;

export interface MarkerPlace {
  readonly os: string;
  readonly cpu: string;
  /** `3.12.4`. */
  readonly fullVersion: string;
}

/** Of CPython; what tells a release of the kernel is empty, as no package may hang on that. */
export function markerEnvironment({ os, cpu, fullVersion }: MarkerPlace): MarkerEnvironment {
  const isLinux = os === 'linux';
  const machine = cpu === 'x64' ? 'x86_64' : isLinux && cpu === 'arm64' ? 'aarch64' : cpu;
  return {
    python_version: fullVersion.split('.').slice(0, 2).join('.'),
    python_full_version: fullVersion,
    implementation_version: fullVersion,
    implementation_name: 'cpython',
    platform_python_implementation: 'CPython',
    os_name: 'posix',
    sys_platform: os,
    platform_system: isLinux ? 'Linux' : 'Darwin',
    platform_machine: machine,
    platform_release: '',
    platform_version: '',
    extra: '',
  };
}

/** Whether the marker names a version of Python more closely than `3.12`, which a file name does not tell. */
export function asksForMicro(marker: string): boolean {
  return /['"]3\.\d+\.[1-9]/.test(marker);
}

/** Whether the marker holds; one that cannot be read gives `undefined`. */
export function markerHolds(marker: string, environment: MarkerEnvironment): boolean | undefined {
  const tokens = marker.match(/'[^']*'|"[^"]*"|\(|\)|[<>=!~]=?=?|[A-Za-z_][\w.]*|\S/g) ?? [];
  const reader = { tokens, at: 0, environment };
  const value = either(reader);
  return reader.at === tokens.length ? value : undefined;
}

interface Reader {
  readonly tokens: readonly string[];
  readonly environment: MarkerEnvironment;
  at: number;
}

function either(reader: Reader): boolean | undefined {
  let value = both(reader);
  while (reader.tokens[reader.at] === 'or') {
    reader.at++;
    const next = both(reader);
    value = value === undefined || next === undefined ? undefined : value || next;
  }
  return value;
}

function both(reader: Reader): boolean | undefined {
  let value = term(reader);
  while (reader.tokens[reader.at] === 'and') {
    reader.at++;
    const next = term(reader);
    value = value === undefined || next === undefined ? undefined : value && next;
  }
  return value;
}

function term(reader: Reader): boolean | undefined {
  const { tokens } = reader;
  if (tokens[reader.at] === '(') {
    reader.at++;
    const value = either(reader);
    return tokens[reader.at++] === ')' ? value : undefined;
  }
  const left = tokens[reader.at++];
  let operator = tokens[reader.at++];
  if (operator === 'not') operator = `not ${tokens[reader.at++]}`;
  const right = tokens[reader.at++];
  if (left === undefined || operator === undefined || right === undefined) return undefined;
  const a = textOf(left, reader.environment);
  const b = textOf(right, reader.environment);
  if (a === undefined || b === undefined) return undefined;
  const isVersion =
    /^(python_(full_)?version|implementation_version)$/.test(`${left}`) || /^python_/.test(right);
  return isVersion && !/^(not )?in$/.test(operator)
    ? compareVersions(a, operator, b)
    : compareTexts(a, operator, b);
}

function textOf(token: string, environment: MarkerEnvironment): string | undefined {
  return /^['"]/.test(token) ? token.slice(1, -1) : environment[token];
}

function compareTexts(a: string, operator: string, b: string): boolean | undefined {
  switch (operator) {
    case '==':
    case '===':
      return a === b;
    case '!=':
      return a !== b;
    case 'in':
      return b.includes(a);
    case 'not in':
      return !b.includes(a);
    default:
      return undefined;
  }
}

/** Releases only, as an interpreter's version has no other parts; a pre-release of the bound counts as before it. */
function compareVersions(a: string, operator: string, bound: string): boolean | undefined {
  if (bound.endsWith('.*')) {
    const isWithin = `${a}.`.startsWith(bound.slice(0, -1));
    return operator === '==' ? isWithin : operator === '!=' ? !isWithin : undefined;
  }
  const order = orderOf(a, bound);
  switch (operator) {
    case '==':
    case '===':
      return order === 0;
    case '!=':
      return order !== 0;
    case '<':
      return order < 0;
    case '<=':
      return order <= 0;
    case '>':
      return order > 0;
    case '>=':
      return order >= 0;
    case '~=':
      return order >= 0 && `${a}.`.startsWith(`${bound.split('.').slice(0, -1).join('.')}.`);
    default:
      return undefined;
  }
}

function orderOf(a: string, b: string): number {
  const [left, right] = [a, b].map((each) => (/^[\d.]+/.exec(each)?.[0] ?? '').split('.').map(Number));
  for (let at = 0; at < Math.max(left!.length, right!.length); at++) {
    const difference = (left![at] ?? 0) - (right![at] ?? 0);
    if (difference !== 0) return difference;
  }
  return /(a|b|rc)\d+$/.test(b) ? 1 : 0;
}
