import type { Checked, Diagnostic, SourceFile } from '../../base/index.ts';
import { type ManifestExtras, NO_EXTRAS } from '../android-manifest.ts';

/** What an app's own `AndroidManifest.xml` may not hold, because the rule writes it from `build.yaml`. */
const GENERATED = /<(uses-sdk)\b/;

/**
 * Reads what an app adds to the generated manifest: the children of `<manifest>` and of `<application>` in its own
 * `AndroidManifest.xml`, taken as they stand. This is no merging: attributes of the two are refused, and aapt2
 * checks the result.
 */
export function manifestExtras(file: SourceFile): Checked<ManifestExtras> {
  const text = blank(blank(file.text, /<!--[\s\S]*?-->/g), /^\s*<\?xml[\s\S]*?\?>/g);
  const manifest = element(text, 'manifest');
  const outside = manifest ? text.slice(0, manifest.start) + text.slice(manifest.end) : text;
  if (!manifest || outside.trim() !== '') return wrong(file, [0, 0], 'is not one <manifest> element');
  const application = element(manifest.content, 'application');
  const top = application
    ? manifest.content.slice(0, application.start) + manifest.content.slice(application.end)
    : manifest.content;
  const attributes =
    strangeAttributes(manifest.attributes) ?? strangeAttributes(application?.attributes ?? '');
  if (attributes !== undefined)
    return wrong(file, find(file, attributes), `sets ${attributes}, which is generated`);
  const generated = GENERATED.exec(top)?.[1];
  if (generated) return wrong(file, find(file, generated), `has <${generated}>, which is generated`);
  return {
    value: { top: block(top, '  '), application: block(application?.content ?? '', '    ') },
    diagnostics: [],
  };
}

interface Element {
  readonly start: number;
  readonly end: number;
  readonly attributes: string;
  readonly content: string;
}

/** The first element of this name, from its opening to its last closing tag. */
function element(text: string, name: string): Element | undefined {
  const open = new RegExp(`<${name}((?:\\s+[^\\s=<>"']+\\s*=\\s*(?:"[^"]*"|'[^']*'))*)\\s*(/?)>`).exec(text);
  if (!open) return undefined;
  const start = open.index;
  const after = start + open[0].length;
  if (open[2] === '/') return { start, end: after, attributes: open[1]!, content: '' };
  const close = text.lastIndexOf(`</${name}>`);
  if (close < after) return undefined;
  const end = close + name.length + 3;
  return { start, end, attributes: open[1]!, content: text.slice(after, close) };
}

function strangeAttributes(attributes: string): string | undefined {
  const names = [...attributes.matchAll(/([^\s=]+)\s*=\s*(?:"[^"]*"|'[^']*')/g)].map((match) => match[1]!);
  return names.find((name) => name !== 'xmlns:android');
}

/** Comments would hide what is looked for; blanks in their place keep every offset. */
function blank(text: string, pattern: RegExp): string {
  return text.replace(pattern, (match) => ' '.repeat(match.length));
}

function block(xml: string, indent: string): string {
  const lines = xml.split('\n').map((line) => line.trim());
  return lines
    .filter((line) => line !== '')
    .map((line) => `${indent}${line}\n`)
    .join('');
}

function find(file: SourceFile, word: string): [number, number] {
  const start = Math.max(0, file.text.indexOf(word));
  return [start, start + word.length];
}

function wrong(file: SourceFile, [start, end]: [number, number], what: string): Checked<ManifestExtras> {
  const diagnostic: Diagnostic = {
    code: 'rules/android-manifest-extras',
    severity: 'error',
    message: `${file.path} ${what}`,
    hint: 'keep permissions, features and components in it; id, versions, SDK levels and label stand in build.yaml',
    span: { file, start, end },
  };
  return { value: NO_EXTRAS, diagnostics: [diagnostic] };
}
