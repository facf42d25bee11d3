import { compareVersions, type Ecosystem } from '../../packages/index.ts';

/**
 * A requirement that names one version, as it is written, for another one: `numpy==2.0` becomes `numpy==2.5`. Its operator and how
 * exact it is stay. `undefined` where it is of another form (a range of two ends, an alternative, a tag, an address, a variable), and
 * where it names that version or a newer one: what one target lacks must not lower another.
 */
export function raisedText(ecosystem: Ecosystem, text: string, version: string): string | undefined {
  if (ecosystem === 'PyPI') return raisedPython(text, version);
  if (ecosystem === 'npm') return raisedNode(text, version);
  if (ecosystem === 'Maven') return raisedMaven(text, version);
  return undefined;
}

/** With the quotes of YAML around it, if there are any. */
const PYTHON =
  /^(['"]?)([A-Za-z0-9][\w.-]*\s*(?:\[[^\]\n]*\])?\s*)(==|~=)(\s*)(\d[\w.!+-]*?)(\.\*)?(\s*(?:;[^\n]*)?)\1$/;

function raisedPython(text: string, version: string): string | undefined {
  const [whole, quote = '', name = '', operator, space = '', old = '', wildcard = '', rest = ''] =
    PYTHON.exec(text) ?? [];
  if (whole === undefined || compareVersions('PyPI', old, version) >= 0) return undefined;
  const parts = wildcard === '' && operator === '==' ? undefined : old.split('.').length;
  const taken = parts === undefined ? version : releaseParts(version, parts);
  if (taken === undefined) return undefined;
  return `${quote}${name}${operator}${space}${taken}${wildcard}${rest}${quote}`;
}

/** As many numbers of the release as the old text had; nothing of a version with an epoch or a pre-release. */
function releaseParts(version: string, count: number): string | undefined {
  const [release] = /^\d+(?:\.\d+)*(?=$|\.post|\+)/.exec(version) ?? [];
  if (release === undefined) return undefined;
  const numbers = release.split('.');
  return Array.from({ length: count }, (_, at) => numbers[at] ?? '0').join('.');
}

/** A member of `package.json`: `"react": "^18.2.0"`. */
const NODE = /^("(?:[^"\\]|\\.)+"\s*:\s*")([~^=]?v?)(\d+\.\d+\.\d+(?:[-+][\w.+-]+)?)(")$/;

function raisedNode(text: string, version: string): string | undefined {
  const [whole, before = '', operator = '', old = '', after = ''] = NODE.exec(text) ?? [];
  if (whole === undefined || compareVersions('npm', old, version) >= 0) return undefined;
  return `${before}${operator}${version}${after}`;
}

/** `group:artifact:1.0` with what may stand around it in a file; nothing that holds or bounds a version on purpose. */
const MAVEN = /^(['"]?)([\w.-]+:[\w.-]+):([\w.+-]+)(['"]?)$/;

function raisedMaven(text: string, version: string): string | undefined {
  const [whole, open = '', module = '', old = '', close = ''] = MAVEN.exec(text) ?? [];
  if (whole === undefined || compareVersions('Maven', old, version) >= 0) return undefined;
  return `${open}${module}:${version}${close}`;
}
