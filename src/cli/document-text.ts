import { stringify } from 'yaml';

/** The text of the file, with what is left to do as comments at its head. */
export function documentText(document: object, remarks: readonly string[]): string {
  const head = remarks.map((each) => (each === '' ? '#' : `# ${each}`));
  return `${[...head, ''].join('\n')}${stringify(withoutReferences(document), { lineWidth: 0 })}`.replace(
    /^\n/,
    '',
  );
}

/** A `$` of the build file is a `$`, and refers to no variable of ours. */
function withoutReferences(value: unknown): unknown {
  if (typeof value === 'string') return value.replaceAll('$', '$$$$');
  if (Array.isArray(value)) return value.map(withoutReferences);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, withoutReferences(each)]));
}
