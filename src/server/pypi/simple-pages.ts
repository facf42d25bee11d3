import { type Html, html } from '../pages/html.ts';
import type { PypiFile } from './pypi-store.ts';

const VERSION = '1.1';

/** Files as PEP 691 gives them. Addresses are relative, so that the index works under any name. */
export function projectJson(project: string, files: readonly PypiFile[]): string {
  return JSON.stringify({
    meta: { 'api-version': VERSION },
    name: project,
    versions: [...new Set(files.map(({ version }) => version))],
    files: files.map((each) => ({
      filename: each.file,
      url: addressOf(each),
      hashes: { sha256: hex(each.digest) },
      size: each.sizeBytes,
      'upload-time': new Date(each.uploadedAtMs).toISOString(),
      ...(each.requiresPython === null ? {} : { 'requires-python': each.requiresPython }),
      ...(each.metadataDigest === null ? {} : { 'core-metadata': { sha256: hex(each.metadataDigest) } }),
      ...(each.yanked === null ? {} : { yanked: each.yanked || true }),
    })),
  });
}

/** The same as PEP 503 gives it, for older clients. */
export function projectHtml(project: string, files: readonly PypiFile[]): string {
  return page(
    `Links for ${project}`,
    files.map((each) => {
      const metadata = each.metadataDigest === null ? undefined : `sha256=${hex(each.metadataDigest)}`;
      const attributes = {
        'data-requires-python': each.requiresPython ?? undefined,
        'data-core-metadata': metadata,
        'data-dist-info-metadata': metadata,
        'data-yanked': each.yanked ?? undefined,
      };
      return link(`${addressOf(each)}#sha256=${hex(each.digest)}`, each.file, attributes);
    }),
  );
}

export function projectsJson(projects: readonly string[]): string {
  return JSON.stringify({
    meta: { 'api-version': VERSION },
    projects: projects.map((name) => ({ name })),
  });
}

export function projectsHtml(projects: readonly string[]): string {
  return page(
    'Simple index',
    projects.map((name) => link(`${name}/`, name, {})),
  );
}

function addressOf({ project, file }: PypiFile): string {
  return `../../files/${project}/${encodeURIComponent(file)}`;
}

function hex(digest: string): string {
  return digest.slice(digest.indexOf(':') + 1);
}

function link(href: string, text: string, attributes: Readonly<Record<string, string | undefined>>): Html {
  const more = Object.entries(attributes).map(([name, value]) =>
    value === undefined ? undefined : html` ${name}="${value}"`,
  );
  return html`<a href="${href}"${more}>${text}</a><br>\n`;
}

function page(title: string, links: readonly Html[]): string {
  return html`<!DOCTYPE html>
<html lang="en"><head><meta name="pypi:repository-version" content="${VERSION}"><title>${title}</title></head>
<body>
${links}</body></html>
`.text;
}
