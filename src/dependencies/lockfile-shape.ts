/** Says in words where a value is no lock; `undefined` when it is one. Unknown members are refused too. */
export function lockfileProblem(value: unknown): string | undefined {
  return LOCK(value, 'the lock');
}

type Shape = (value: unknown, at: string) => string | undefined;

function text(pattern: RegExp): Shape {
  return (value, at) =>
    typeof value === 'string' && pattern.test(value) ? undefined : `${at} is missing or malformed`;
}

const count: Shape = (value, at) =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0
    ? undefined
    : `${at} is missing or no size`;

const isTrue: Shape = (value, at) => (value === true ? undefined : `${at} can only be true`);

/** Plain loops: this runs in every build, mostly before anything is compiled. */
function list(item: Shape): Shape {
  return (value, at) => {
    if (!Array.isArray(value)) return `${at} is missing or no list`;
    for (let index = 0; index < value.length; index++) {
      const problem = item(value[index], '');
      if (problem !== undefined) return item(value[index], `${at}[${index}]`);
    }
    return undefined;
  };
}

function record(item: Shape): Shape {
  return (value, at) => {
    if (!isObject(value)) return `${at} is missing or no object`;
    for (const key in value) {
      const problem = item(value[key], '');
      if (problem !== undefined) return item(value[key], `${at}.${key}`);
    }
    return undefined;
  };
}

function object(required: Record<string, Shape>, optional: Record<string, Shape> = {}): Shape {
  const all = new Map(Object.entries({ ...required, ...optional }));
  return (value, at) => {
    if (!isObject(value)) return `${at} is missing or no object`;
    for (const key in value) if (!all.has(key)) return `${at} has an unknown member '${key}'`;
    for (const [key, shape] of all) {
      const each = value[key];
      if (each === undefined && Object.hasOwn(optional, key)) continue;
      const problem = shape(each, '');
      if (problem !== undefined) return shape(each, `${at}.${key}`);
    }
    return undefined;
  };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const HEX = text(/^[0-9a-f]{64}$/);
const INTEGRITY = text(/^sha(1|256|384|512)-[A-Za-z0-9+/]+={0,2}$/);
/** Names and file names of packages end up in paths and argument lists. */
const WORD = text(/^[^\s\\-][^\s\\]*$/);
const FILE_NAME = text(/^[A-Za-z0-9@_][A-Za-z0-9@._+!~-]*$/);
const NODE_PATH = text(/^(?!.*(^|\/)\.\.?(\/|$))(?:[^\s\\/]+\/)*node_modules\/(@[^\s\\/]+\/)?[^\s\\/]+$/);
const FROM = record(text(/^\S.*$/));
/** Members of `Wanting`. */
const WANTING = { wants: list(WORD), isAsked: isTrue };
const LICENCE = text(/^\S[^\n]{0,999}$/);

const OCI_DIGEST = text(/^sha256:[0-9a-f]{64}$/);
const BLOB = object({ mediaType: text(/^[a-z]+\/[A-Za-z0-9.+_-]+$/), sha256: HEX, sizeBytes: count });
const LIBRARY = object(
  {
    name: WORD,
    version: WORD,
    file: FILE_NAME,
    sha256: HEX,
    sizeBytes: count,
    type: text(/^(jar|aar)$/),
    classpaths: list(
      text(
        /^(runtime|testCompile|testRuntime|androidTestCompile|androidTestRuntime|compile(:[A-Za-z][\w-]{0,63})?)$/,
      ),
    ),
  },
  {
    aar: object(
      {
        package: text(/^[A-Za-z][\w.]*$/),
        parts: list(text(/^[A-Za-z0-9][\w.+-]*(\/[A-Za-z0-9][\w.+-]*)?$/)),
      },
      { minSdk: count },
    ),
    ...WANTING,
    licence: LICENCE,
  },
);
const TOOL_FILE = object(
  { name: WORD, version: WORD, file: FILE_NAME },
  {
    sha256: HEX,
    sizeBytes: count,
    integrity: INTEGRITY,
    platforms: list(WORD),
    ...WANTING,
    licence: LICENCE,
  },
);
const NODE_ENTRY = object(
  { path: NODE_PATH, name: WORD, version: WORD },
  {
    integrity: INTEGRITY,
    sha256: HEX,
    sizeBytes: count,
    isDevelopment: isTrue,
    isOptional: isTrue,
    os: list(WORD),
    cpu: list(WORD),
    libc: list(WORD),
  },
);
const PYTHON_PACKAGE = object({ name: WORD, version: WORD }, { marker: text(/^\S[^\n]*$/), ...WANTING });
const WHEEL = text(/^[0-9a-f]{64}( \d{1,15})?$/);

function wheels(value: unknown, at: string): string | undefined {
  const names = isObject(value) ? Object.keys(value) : [];
  const bad = names.find((name) => FILE_NAME(name, at) !== undefined || !name.endsWith('.whl'));
  return bad === undefined ? record(WHEEL)(value, at) : `${at} has '${bad}', which is no wheel`;
}

const DEB_NAME = text(/^[a-z0-9][a-z0-9+.-]+$/);
const RELEASE_WORD = text(/^[a-z][a-z0-9-]{0,63}$/);
const ARCHITECTURE = text(/^[a-z0-9]{1,16}$/);
const truth: Shape = (value, at) =>
  typeof value === 'boolean' ? undefined : `${at} is missing or neither true nor false`;
/** Members of `LockedRoot` of `debian`. */
const ROOT = object({
  from: FROM,
  distribution: text(/^(debian|ubuntu)$/),
  suite: RELEASE_WORD,
  components: list(RELEASE_WORD),
  architecture: ARCHITECTURE,
  packages: list(WORD),
  essential: truth,
  updates: truth,
  locked: list(
    object(
      {
        name: DEB_NAME,
        version: WORD,
        architecture: ARCHITECTURE,
        archive: text(/^(main|security)$/),
        path: text(/^(?!.*(^|\/)\.\.?(\/|$))[A-Za-z0-9][A-Za-z0-9/._+~:%=-]*\.deb$/),
        sizeBytes: count,
        sha256: HEX,
      },
      { wants: list(DEB_NAME) },
    ),
  ),
  bootstrap: list(DEB_NAME),
  steps: list(object({ do: text(/^(unpack|configure)$/), packages: list(DEB_NAME) })),
});

const LOCK = object(
  {
    version: (value) => (value === 2 || value === 3 ? undefined : 'its version is not 3'),
    checksum: HEX,
    tools: record(
      object(
        { from: FROM, ecosystem: text(/^(python|node|maven)$/), files: list(TOOL_FILE) },
        { packages: list(PYTHON_PACKAGE) },
      ),
    ),
    python: record(object({ from: FROM, run: list(PYTHON_PACKAGE), dev: list(PYTHON_PACKAGE) })),
    wheels: record(wheels),
    node: record(object({ from: FROM, packages: list(NODE_ENTRY) })),
    maven: record(object({ from: FROM, files: list(LIBRARY) })),
  },
  {
    urls: (value, at) => record(object({ from: FROM, sizeBytes: count }))(value, at),
    roots: record(ROOT),
    absentImages: record(object({ from: FROM, offered: list(text(/^[a-z0-9]+(\/[a-z0-9._-]+){1,2}$/)) })),
    images: record(
      object(
        { from: FROM, digest: OCI_DIGEST, manifest: BLOB, config: BLOB, layers: list(BLOB) },
        { triggers: list(text(/^\S/)) },
      ),
    ),
  },
);
