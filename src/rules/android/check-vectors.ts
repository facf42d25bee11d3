import type { Diagnostic } from '../../base/index.ts';
import type { App } from './app.ts';
import type { androidAppDiagnostics } from './diagnostics.ts';
import { inWorkspace } from './source-sets.ts';

/** The first level that draws vectors; for those below, aapt2 takes the paths out. */
const DRAWS_VECTORS_SINCE = 21;

const DRAWABLE = /(?:^|\/)res\/drawable(-[^/]+)?\/([^/.]+)\.(?:9\.)?(\w+)$/;

/** Gradle draws such pictures beforehand, for the levels that cannot; there, this app has none of that name. */
export function vectorsNotDrawn({ context, android }: App): Diagnostic[] {
  if (android.minSdk >= DRAWS_VECTORS_SINCE) return [];
  const drawables = context.sources.paths.flatMap((path) => {
    const [, qualifiers = '', name = '', extension = ''] = DRAWABLE.exec(path) ?? [];
    const level = Number(/-v(\d+)$/.exec(qualifiers)?.[1] ?? 0);
    return name === '' || level >= DRAWS_VECTORS_SINCE ? [] : [{ path, name, isXml: extension === 'xml' }];
  });
  const isThere = new Set(drawables.filter(({ isXml }) => !isXml).map(({ name }) => name));
  const vectors = drawables.flatMap(({ path, name, isXml }) => {
    const text = isXml && !isThere.has(name) ? (context.sources.readText(path) ?? '') : '';
    const start = text.search(/<(?:animated-)?vector[\s>]/);
    return start < 0 ? [] : [{ name, file: { path: inWorkspace(context, path), text }, start }];
  });
  const [first] = vectors;
  if (!first) return [];
  const others = vectors.length > 1 ? ` and ${vectors.length - 1} more` : '';
  return [
    {
      code: 'rules/android-vector' satisfies keyof typeof androidAppDiagnostics,
      severity: 'warning',
      message: `@drawable/${first.name}${others}: below API ${DRAWS_VECTORS_SINCE} Android draws no vectors, and there is no other picture of that name`,
      hint: `add a PNG of that name, or write "minSdk: ${DRAWS_VECTORS_SINCE}"`,
      span: { file: first.file, start: first.start, end: first.start + 1 },
    },
  ];
}
