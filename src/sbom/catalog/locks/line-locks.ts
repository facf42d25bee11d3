import type { Found, FoundPackage, Reader } from '../found.ts';

function perLine(text: string, read: (line: string) => FoundPackage | undefined): readonly Found[] {
  return text.split(/\r?\n/).flatMap((line) => read(line) ?? []);
}

/** `gradle.lockfile`: `group:artifact:version=configurations`. */
export const readGradleLock: Reader = (_path, bytes) =>
  perLine(bytes.toString('utf8'), (line) => {
    const [, name, version, configurations = ''] =
      /^([\w.-]+:[\w.-]+):([\w.+-]+)=([\w,]+)\s*$/.exec(line) ?? [];
    if (name === undefined) return undefined;
    const isTest = configurations.split(',').every((each) => /test/i.test(each));
    const scopes = isTest ? (['development'] as const) : (['run'] as const);
    return { kind: 'package', ecosystem: 'Maven', name, version: version!, scopes };
  });

/** Requirements of Python that say one version: `idna==3.4 \`, with or without hashes and markers. */
export const readPinnedRequirements: Reader = (_path, bytes) => {
  const text = bytes.toString('utf8');
  const found = perLine(text, (line) => {
    const [, name, version] =
      /^([A-Za-z0-9](?:[\w.-]*[A-Za-z0-9])?)(?:\[[^\]]*\])?\s*===?\s*(\d[\w.+!-]*)\s*(?:[;#\\]|--hash|$)/.exec(
        line,
      ) ?? [];
    return name === undefined ? undefined : { kind: 'package', ecosystem: 'PyPI', name, version: version! };
  });
  const others = text
    .split(/\r?\n/)
    .filter((line) => /^[A-Za-z0-9][\w.-]*\s*(?:\[[^\]]*\])?\s*(?:[<>~!]=?|@|$)/.test(line));
  const why = `${others.length} of its requirements do not say one version`;
  return others.length === 0 ? found : [...found, { kind: 'not-listed', why }];
};

/** `go.mod`: what is required, less what is replaced by a folder. */
export const readGoMod: Reader = (_path, bytes) => {
  const text = bytes.toString('utf8');
  const replaced = new Map(
    [...text.matchAll(/^(?:replace\s+|\t)(\S+)(?: v\S+)? => (\S+)(?: (v\S+))?\s*$/gm)].map(
      ([, from, to, version]) => [from!, { to: to!, version }],
    ),
  );
  return perLine(text, (line) => {
    const [, name, version] =
      /^(?:require\s+|\t)([\w.~-]+\.[\w./~-]+|[\w.~-]+\/[\w./~-]+) (v\d[\w.+-]*)(?:\s*\/\/.*)?\s*$/.exec(
        line,
      ) ?? [];
    if (name === undefined) return undefined;
    const other = replaced.get(name);
    if (!other) return { kind: 'package', ecosystem: 'Go', name, version: version! };
    return other.version === undefined
      ? undefined
      : { kind: 'package', ecosystem: 'Go', name: other.to, version: other.version };
  });
};
