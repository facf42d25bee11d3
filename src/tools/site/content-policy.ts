import { createHash } from 'node:crypto';
import { posix } from 'node:path';
import { ok } from '../../base/index.ts';
import { parseArguments } from '../arguments.ts';
import { listFolder } from '../folder.ts';
import { badInput, type Tool, usage } from '../tool.ts';
import { type InlineContent, inlineContent } from './inline-content.ts';
import { addHeaders } from './site-headers.ts';
import { elementsOf, firstInHead } from './site-html.ts';

/** Directives and what they allow. */
type Policy = Readonly<Record<string, readonly string[]>>;

/** What a site needs of itself, and nothing of others. */
const BASE: Policy = {
  'default-src': ["'self'"],
  'script-src': ["'self'"],
  'style-src': ["'self'"],
  'img-src': ["'self'", 'data:', 'blob:'],
  'font-src': ["'self'", 'data:'],
  'media-src': ["'self'", 'blob:'],
  // A hybrid app reads what the page offers for download.
  'connect-src': ["'self'", 'blob:'],
  'worker-src': ["'self'", 'blob:'],
  'manifest-src': ["'self'"],
  'frame-src': ["'self'"],
  'object-src': ["'none'"],
  'base-uri': ["'self'"],
  'form-action': ["'self'"],
  'frame-ancestors': ["'self'"],
};
/** Without a meaning in a `meta` element. */
const HEADER_ONLY = ['frame-ancestors', 'report-uri', 'report-to', 'sandbox'];

/**
 * `content-policy v2 --extra <json> <site>`: a content security policy for every page, as `meta` and in `_headers`: the
 * site itself, inline scripts and styles by their hashes, and what `--extra` allows (lists of sources by directive).
 * Fails with all that a page does which no hash can allow. Spec: https://www.w3.org/TR/CSP3/
 */
export const contentPolicy: Tool = async (args, context) => {
  const parsed = parseArguments(args, ['extra']);
  if (!parsed.ok) return parsed;
  const { options, operands } = parsed.value;
  if (operands.length !== 1 || options.extra === undefined)
    return usage('content-policy --extra <json> <site>');
  const { fs, workingDirectory } = context;
  const site = posix.resolve(workingDirectory, operands[0]!);
  const extra = JSON.parse(fs.readText(posix.resolve(workingDirectory, options.extra))) as Policy;
  const files = listFolder(fs, site).filter(({ kind }) => kind === 'file');
  const compiles = files.some(({ path }) => /\.wasm$/i.test(path));
  const allowed = joined(BASE, compiles ? { 'script-src': ["'wasm-unsafe-eval'"] } : {}, extra);
  const problems: string[] = [];
  const changed: (readonly [string, string])[] = [];
  let whole = allowed;
  for (const { path } of files.filter((each) => /\.html?$/i.test(each.path))) {
    const html = fs.readText(posix.join(site, path));
    const content = inlineContent(html);
    problems.push(...pageProblems(html, content, allowed).map((problem) => `${path}: ${problem}`));
    const hashes = hashesOf(content);
    whole = joined(whole, hashes);
    const policy = Object.fromEntries(
      Object.entries(joined(allowed, hashes)).filter(([name]) => !HEADER_ONLY.includes(name)),
    );
    const meta = `<meta http-equiv="Content-Security-Policy" content="${policyText(policy)}">`;
    changed.push([path, firstInHead(html, meta)]);
  }
  if (problems.length > 0) return badInput(problems.join('\n'));
  for (const [path, html] of changed) fs.writeFile(posix.join(site, path), html, 0o644);
  const headers = {
    'Content-Security-Policy': policyText(whole),
    'X-Content-Type-Options': 'nosniff',
    'Referrer-Policy': 'strict-origin-when-cross-origin',
  };
  const added = addHeaders(context, site, { path: '/*', headers });
  return added.ok ? ok(undefined) : badInput(added.failure);
};

/** Sources of the same directive together, each once; `'none'` is what stands alone or not at all. */
function joined(...policies: readonly Policy[]): Policy {
  const all = new Map<string, Set<string>>();
  for (const [name, sources] of policies.flatMap((each) => Object.entries(each))) {
    const before = all.get(name) ?? new Set<string>();
    for (const source of sources) before.add(source);
    if (before.size > 1) before.delete("'none'");
    all.set(name, before);
  }
  return Object.fromEntries([...all].map(([name, sources]) => [name, [...sources]]));
}

const policyText = (policy: Policy): string =>
  Object.entries(policy)
    .map(([name, sources]) => [name, ...sources].join(' '))
    .join('; ');

const hash = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

function hashesOf({ scripts, styles, styleAttributes }: InlineContent): Policy {
  const attributes = styleAttributes.length > 0 ? ["'unsafe-hashes'", ...styleAttributes.map(hash)] : [];
  const style = [...styles.map(hash), ...attributes];
  return {
    ...(scripts.length > 0 ? { 'script-src': scripts.map(hash) } : {}),
    ...(style.length > 0 ? { 'style-src': style } : {}),
  };
}

/** What the browser would refuse on this page. */
function pageProblems(html: string, { handlers, loaded }: InlineContent, allowed: Policy): string[] {
  const own = elementsOf(html, 'meta').some(
    (each) => each['http-equiv']?.toLowerCase() === 'content-security-policy',
  );
  return [
    ...(own
      ? ['it has a Content-Security-Policy of its own; take it out, or leave `web.contentSecurityPolicy` out']
      : []),
    ...handlers.map((each) => `${each} holds script, which the policy forbids; use addEventListener`),
    ...loaded.flatMap(({ directive, address }) => {
      const origin = foreignOrigin(address);
      if (origin === undefined || permits(allowed[directive] ?? [], origin)) return [];
      const hint = `add ${directive}: ["${origin}"] to \`web.contentSecurityPolicy\` in build.yaml, or bring the file along`;
      return [`it loads ${address}, which the policy forbids; ${hint}`];
    }),
  ];
}

/** Of an address that names a host. */
function foreignOrigin(address: string): string | undefined {
  const url = /^(https?:)?\/\//i.test(address) ? URL.parse(address, 'https://site.invalid') : undefined;
  return url?.origin;
}

function permits(sources: readonly string[], origin: string): boolean {
  const { protocol, host } = new URL(origin);
  return sources.some((source) => {
    if (source === '*' || source === protocol) return true;
    const name = source.replace(/^https?:\/\//, '').replace(/\/.*$/, '');
    return name === host || (name.startsWith('*.') && host.endsWith(name.slice(1)));
  });
}
