import type { TrendPoint } from '../../../src/metrics/records/build-records.ts';
import { changeText, percentText, sizeText } from '../model/formats.ts';
import { linePoints } from '../model/scale.ts';
import { Link } from '../parts/navigation.tsx';

interface Value {
  readonly build: string;
  readonly name: string;
  readonly value: number;
}

/** An artifact's size from one release to the next. */
export function SizeCard({
  path,
  points,
}: {
  readonly path: string;
  readonly points: readonly TrendPoint[];
}) {
  const values = points.flatMap(({ build, release, sizes }) =>
    sizes[path] === undefined ? [] : [{ build, name: release, value: sizes[path] }],
  );
  const last = values.at(-1);
  if (!last) return null;
  const before = values.at(-2);
  const change = before ? last.value - before.value : 0;
  const share = before && before.value > 0 ? ` (${percentText(Math.abs(change) / before.value)})` : '';
  return (
    <article className="card trend">
      <h3 className="path">{path.replace(/^dist\//, '')}</h3>
      <Sparkline values={values} />
      <p>
        <strong>{sizeText(last.value)}</strong>{' '}
        <span className="muted small">
          {before ? `${changeText(change)}${change === 0 ? '' : share}` : ''}
        </span>
      </p>
      <p className="muted small">
        <LastBuild value={last} />
        {before ? `, since ${before.name}` : ', the first'}
      </p>
    </article>
  );
}

/** What a gate measured from one release to the next, with its threshold. */
export function ScoreCard({
  gate,
  points,
}: {
  readonly gate: string;
  readonly points: readonly TrendPoint[];
}) {
  const scores = points.flatMap(({ build, release, scores: all }) =>
    all.filter((each) => each.gate === gate).map((each) => ({ ...each, build, name: release })),
  );
  const last = scores.at(-1);
  if (!last) return null;
  const values = scores.flatMap(({ measured, ...each }) =>
    measured === null ? [] : [{ ...each, value: measured }],
  );
  return (
    <article className="card trend">
      <h3>{gate}</h3>
      <Sparkline values={values} threshold={last.threshold} />
      <p className="row spread">
        <strong>{last.measured === null ? 'not measured' : `${last.measured} ${last.unit}`}</strong>
        <span className={`mark ${last.passed ? 'good' : 'bad'}`}>
          {last.passed ? '✓ passed' : '✕ failed'}
        </span>
      </p>
      <p className="muted small">
        <LastBuild value={last} />
        {last.threshold === null ? '' : `, threshold ${last.threshold} ${last.unit}`}
      </p>
    </article>
  );
}

function LastBuild({ value: { build, name } }: { readonly value: Pick<Value, 'build' | 'name'> }) {
  return <Link to={{ page: 'build', id: build }}>{name}</Link>;
}

const WIDTH = 280;
const HEIGHT = 56;
const MARGIN = 5;

function Sparkline({
  values,
  threshold = null,
}: {
  readonly values: readonly Value[];
  readonly threshold?: number | null;
}) {
  const all = values.map(({ value }) => value);
  const within = threshold === null ? all : [...all, threshold];
  const box = {
    width: WIDTH - 2 * MARGIN,
    height: HEIGHT - 2 * MARGIN,
    low: Math.min(...within),
    high: Math.max(...within),
  };
  const points = linePoints(all, box).map(({ x, y }) => ({ x: x + MARGIN, y: y + MARGIN }));
  const limitY = threshold === null ? undefined : linePoints([threshold], box)[0]!.y + MARGIN;
  const words = values.map(({ name, value }) => `${name}: ${value}`).join(', ');
  return (
    <svg
      className="sparkline"
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      role="img"
      aria-label={words || 'nothing was measured'}
    >
      {limitY !== undefined && <line className="limit" x1={0} x2={WIDTH} y1={limitY} y2={limitY} />}
      <polyline className="median" points={points.map(({ x, y }) => `${x},${y}`).join(' ')} />
      {points.map(({ x, y }, at) => (
        <circle
          key={`${values[at]!.build}`}
          className={at === points.length - 1 ? 'last-dot' : 'median-dot'}
          cx={x}
          cy={y}
          r={at === points.length - 1 ? 4 : 2}
        />
      ))}
    </svg>
  );
}
