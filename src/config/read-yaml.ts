import { type Document, isMap, isScalar, parseDocument, type YAMLError } from 'yaml';
import type { Diagnostic, SourceFile } from '../base/index.ts';
import type { ConfigCode } from './diagnostics.ts';
import type { Variables } from './interpolate.ts';
import { Places } from './place.ts';
import { MAX_DEPTH, walkValue } from './walk-value.ts';

/** A YAML text as a plain value with its places; `undefined` when it could not be read at all. */
export interface YamlValue {
  readonly value: unknown;
  readonly places: Places;
  /** Names that were looked up. */
  readonly variables: ReadonlySet<string>;
}

/** What costs the reader of YAML time and memory is not the length of a text but its marks. */
const MARKS = new Set([...'[]{}-?:,&*!"\'|>#\n'].map((mark) => mark.charCodeAt(0)));
const MAX_MARKS = 100_000;

function marksOf(text: string): number {
  let count = 0;
  for (let at = 0; at < text.length; at++) if (MARKS.has(text.charCodeAt(at))) count++;
  return count;
}

function tooLarge({ path }: SourceFile): Diagnostic {
  return {
    code: 'config/too-large',
    severity: 'error',
    message: `the file has more than ${MAX_MARKS} lines and marks of YAML`,
    hint: 'no honest configuration is that large',
    path,
  };
}

/** Reads one YAML 1.2 document in bounded time and memory; never throws on account of the text. */
export function readYaml(
  source: SourceFile,
  variablesOf: (peek: (path: readonly string[]) => string | undefined) => Variables,
): { yaml: YamlValue | undefined; diagnostics: readonly Diagnostic[] } {
  if (marksOf(source.text) > MAX_MARKS) return { yaml: undefined, diagnostics: [tooLarge(source)] };
  const document = parseDocument(source.text, {
    uniqueKeys: false,
    stringKeys: true,
    prettyErrors: false,
    resolveKnownTags: false,
    logLevel: 'error',
    schema: 'core',
    version: '1.2',
  });
  const faults = [...document.errors, ...document.warnings];
  if (faults.length > 0) {
    return { yaml: undefined, diagnostics: faults.map((fault) => yamlProblem(source, fault)) };
  }
  if (document.contents === null || (isScalar(document.contents) && document.contents.source === '')) {
    return { yaml: undefined, diagnostics: [emptyProblem(source)] };
  }
  const walked = walkValue(document.contents, { source, variables: variablesOf(peekInto(document)) });
  const places = new Places(source, walked.place);
  return {
    yaml: { value: walked.value, places, variables: walked.variables },
    diagnostics: walked.diagnostics,
  };
}

/** Text at a path before anything else is known of the document; used for the defaults of variables. */
function peekInto(document: Document): (path: readonly string[]) => string | undefined {
  return (path) => {
    let node: unknown = document.contents;
    for (const key of path) node = isMap(node) ? node.get(key, true) : undefined;
    return isScalar(node) && typeof node.value === 'string' ? node.value : undefined;
  };
}

function emptyProblem(source: SourceFile): Diagnostic {
  return {
    code: 'config/empty',
    severity: 'error',
    message: 'the file holds no configuration',
    hint: 'it begins with apiVersion, kind and metadata',
    path: source.path,
  };
}

function yamlProblem(file: SourceFile, fault: YAMLError): Diagnostic {
  const [code, message, hint] = yamlMessage(fault);
  const start = Math.min(fault.pos[0], file.text.length);
  const lineEnd = file.text.indexOf('\n', start);
  const end = Math.max(start, Math.min(fault.pos[1], lineEnd < 0 ? file.text.length : lineEnd));
  return { code, severity: 'error', message, ...(hint ? { hint } : {}), span: { file, start, end } };
}

function yamlMessage(fault: YAMLError): [ConfigCode, string, string?] {
  switch (fault.code) {
    case 'TAB_AS_INDENT':
      return ['config/tab', 'a tab is used for indentation', 'indent by spaces'];
    case 'MULTIPLE_DOCS':
      return [
        'config/several-documents',
        'a second document begins here',
        'keep one document in a file and give the other a file of its own',
      ];
    case 'RESOURCE_EXHAUSTION':
      return ['config/too-deep', `values are nested more than ${MAX_DEPTH} levels deep`];
    case 'NON_STRING_KEY':
      return ['config/bad-yaml', 'a key must be a plain text'];
    case 'TAG_RESOLVE_FAILED':
      return ['config/bad-yaml', `a tag that has no meaning here: ${cut(fault.message)}`, 'remove the tag'];
    default:
      return ['config/bad-yaml', `not YAML: ${lowerFirst(cut(fault.message))}`];
  }
}

const cut = (text: string): string => (text.length > 200 ? `${text.slice(0, 200)}…` : text);
const lowerFirst = (text: string): string => text.slice(0, 1).toLowerCase() + text.slice(1);
