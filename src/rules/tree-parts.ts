import type { TreeExpression } from '../action/index.ts';

/** A path as the user wrote it, without `./` in front and `/` behind. */
export function cleanPath(path: string): string {
  const clean = path.replace(/^(\.\/+)+/, '').replace(/\/+$/, '');
  return clean === '.' ? '' : clean;
}

const isPattern = (path: string): boolean => /[*?[{\\]/.test(path);

/**
 * What the paths or patterns name, each at its own place. A plain path where nothing stands fails the evaluation;
 * a pattern may match nothing.
 */
export function partsOf(of: TreeExpression, paths: readonly string[]): TreeExpression {
  const clean = paths.map(cleanPath);
  if (clean.includes('')) return of;
  const include = clean.flatMap((path) => [path, `${path}/**`]);
  const kept: TreeExpression = { kind: 'filter', of, include };
  const checks = clean
    .filter((path) => !isPattern(path))
    .map((path): TreeExpression => ({ kind: 'filter', of: { kind: 'at', of, path }, include: [] }));
  return checks.length === 0 ? kept : { kind: 'merge', of: [kept, ...checks] };
}

/** Takes the content of the folder `path` one level up, to the top; a file of that name stays. */
export function lifted(of: TreeExpression, path: string): TreeExpression {
  return {
    kind: 'merge',
    of: [
      { kind: 'filter', of, exclude: [`${path}/**`] },
      { kind: 'at', of, path, optional: true },
    ],
  };
}
