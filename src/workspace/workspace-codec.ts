import type { Diagnostic, SourceFile, Span } from '../base/index.ts';
import type { AndroidSettings, BuildConfiguration, PackageImageSpec, TargetSpec } from '../config/index.ts';
import type { TargetDeclaration } from '../graph/index.ts';
import type { Workspace } from './workspace.ts';

/** What is kept of a loaded workspace. */
export interface CachedContent {
  readonly workspace: Workspace;
  readonly diagnostics: readonly Diagnostic[];
}

/** A span as `[file, start, end]`; stands wherever the data has a key `span`. */
type PlainSpan = readonly [number, number, number];

/** Values under these keys have keys of the user's own, and no spans. */
const USER_KEYED = new Set(['env', 'labels', 'manifest']);

/** The content as JSON can hold it, and the paths of the files that its spans count. */
export function encodeContent(content: CachedContent): { content: unknown; files: string[] } {
  const files = new Map<string, number>();
  const encodeSpan = ({ file, start, end }: Span): PlainSpan => {
    const index = files.get(file.path) ?? files.size;
    files.set(file.path, index);
    return [index, start, end];
  };
  const encode = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(encode);
    if (typeof value !== 'object' || value === null) return value;
    const copy: Record<string, unknown> = {};
    for (const [key, each] of Object.entries(value)) {
      copy[key] = key === 'span' && each ? encodeSpan(each) : USER_KEYED.has(key) ? each : encode(each);
    }
    return copy;
  };
  return { content: encode(content), files: [...files.keys()] };
}

/**
 * Puts the spans back, in place; their texts are read by `readText` when one is to be shown. It goes to the places
 * that hold spans instead of through all of the data, because this is most of what a build that does nothing does.
 */
export function decodeContent(
  content: unknown,
  { files, readText }: { files: readonly string[]; readText: (path: string) => string },
): CachedContent {
  const decoded = content as CachedContent;
  const spans = new SpanDecoder(files, readText);
  for (const target of decoded.workspace.targets) decodeTarget(target, spans);
  decodeConfiguration(decoded.workspace.configuration, spans);
  decodeDiagnostics(decoded.diagnostics, spans);
  return decoded;
}

interface SpanHolder {
  readonly span?: Span;
}

function decodeTarget(target: TargetDeclaration, spans: SpanDecoder): void {
  spans.decode(target);
  spans.decodeAll(target.implied);
  if (target.refusals) decodeDiagnostics(target.refusals, spans);
  decodeSpec(target.spec, spans);
}

function decodeSpec(spec: TargetSpec, spans: SpanDecoder): void {
  spans.decodeAll(spec.needs);
  if (spec.rule === 'component') {
    spans.decodeAll(spec.dependencies);
    for (const { command } of spec.buildSteps) spans.decode(command);
    for (const { path } of spec.artifacts) spans.decode(path);
    spans.decode(spec.tests.unit);
    spans.decode(spec.tests.integration);
    spans.decode(spec.tests.performance);
    spans.decode(spec.serve?.command);
  } else if (spec.rule === 'packages') decodePackageImage(spec, spans);
  else if (spec.rule !== 'image' && spec.rule !== 'scripts') {
    spans.decode(spec.site);
    if (spec.android) decodeAndroid(spec.android, spans);
    spans.decode(spec.web?.icon?.source);
    for (const each of spec.web?.apps ?? []) if (each.kind === 'target') spans.decode(each.app);
    for (const { coordinate } of spec.libraries ?? []) spans.decode(coordinate);
  }
}

function decodeAndroid(android: AndroidSettings, spans: SpanDecoder): void {
  spans.decode(android.signing?.storeFile);
  spans.decode(android.directory);
  spans.decodeAll(android.variants ?? []);
  for (const { signing, proguardFiles = [] } of android.buildTypes ?? []) {
    spans.decode(signing?.storeFile);
    spans.decodeAll(proguardFiles);
  }
  for (const { module } of android.uses ?? []) spans.decode(module);
  for (const { name, uses, consumerProguardFiles = [] } of android.modules ?? []) {
    spans.decode(name);
    for (const { module } of uses) spans.decode(module);
    spans.decodeAll(consumerProguardFiles);
  }
}

function decodePackageImage({ from, packages, users, paths }: PackageImageSpec, spans: SpanDecoder): void {
  spans.decode(from);
  spans.decodeAll(packages);
  for (const { name } of users) spans.decode(name);
  for (const each of paths) {
    for (const located of [each.path, each.owner, each.group]) spans.decode(located);
    if (each.type === 'file') spans.decode(each.source);
  }
}

function decodeConfiguration(configuration: BuildConfiguration, spans: SpanDecoder): void {
  const { dependencies, buildSteps, artifacts, environment, stated, quality } = configuration;
  spans.decode(environment.baseImage);
  spans.decodeAll(environment.architectures);
  spans.decodeAll(stated);
  for (const list of [dependencies.system, dependencies.python, dependencies.node]) spans.decodeAll(list);
  for (const { command, uses } of buildSteps) {
    spans.decode(command);
    spans.decode(uses);
  }
  spans.decodeAll(quality.securityScan.accept);
  spans.decodeAll(quality.securityScan.ignore);
  for (const { gate, target } of quality.exceptions) {
    spans.decode(gate);
    spans.decode(target);
  }
  for (const artifact of artifacts) {
    if ('path' in artifact) spans.decode(artifact.path);
    if (artifact.type !== 'mobile') continue;
    spans.decodeAll(artifact.platforms);
    spans.decode(artifact.signing);
  }
}

function decodeDiagnostics(diagnostics: readonly Diagnostic[], spans: SpanDecoder): void {
  for (const diagnostic of diagnostics) {
    spans.decode(diagnostic);
    if (diagnostic.related) spans.decodeAll(diagnostic.related);
  }
}

class SpanDecoder {
  readonly #files: readonly string[];
  readonly #readText: (path: string) => string;
  readonly #sources: SourceFile[] = [];

  constructor(files: readonly string[], readText: (path: string) => string) {
    this.#files = files;
    this.#readText = readText;
  }

  decodeAll(holders: readonly SpanHolder[]): void {
    for (const holder of holders) this.decode(holder);
  }

  decode(holder: SpanHolder | undefined): void {
    if (holder?.span === undefined) return;
    const [index, start, end] = holder.span as unknown as PlainSpan;
    this.#sources[index] ??= new LateSource(this.#files[index]!, this.#readText);
    (holder as { span: Span }).span = { file: this.#sources[index], start, end };
  }
}

class LateSource implements SourceFile {
  readonly path: string;
  readonly #readText: (path: string) => string;

  constructor(path: string, readText: (path: string) => string) {
    this.path = path;
    this.#readText = readText;
  }

  get text(): string {
    const text = this.#readText(this.path);
    Object.defineProperty(this, 'text', { value: text });
    return text;
  }
}
