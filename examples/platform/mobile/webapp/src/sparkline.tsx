import { HISTORY } from './simulation.ts';

const WIDTH = 240;
const HEIGHT = 56;

interface SparklineProps {
  readonly values: readonly number[];
  /** The value at the top edge; grows when a value is larger. */
  readonly maximum: number;
  readonly window: number;
}

/** The latest values as a line that ends on the right; the part that the model looks at stands on a band. */
export function Sparkline({ values, maximum, window }: SparklineProps) {
  const top = Math.max(maximum, ...values);
  const step = WIDTH / (HISTORY - 1);
  const startX = WIDTH - (values.length - 1) * step;
  const points = values.map(
    (value, index) => [startX + index * step, HEIGHT - 3 - (value / top) * (HEIGHT - 8)] as const,
  );
  const line = points.map(([x, y]) => `${x.toFixed(1)} ${y.toFixed(1)}`).join(' L');
  const bandStart = Math.max(0, WIDTH - (window - 1) * step);
  const [endX, endY] = points.at(-1) ?? [0, 0];
  return (
    <svg
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      preserveAspectRatio="none"
      className="sparkline"
      aria-hidden="true"
    >
      <rect x={bandStart} y="0" width={WIDTH - bandStart} height={HEIGHT} className="spark-band" />
      {values.length > 0 && (
        <>
          <path d={`M${line} L${endX} ${HEIGHT} L${startX} ${HEIGHT} Z`} className="spark-area" />
          <path d={`M${line}`} className="spark-line" vectorEffect="non-scaling-stroke" />
          <path d={`M${endX} ${endY} h0.01`} className="spark-end" vectorEffect="non-scaling-stroke" />
        </>
      )}
    </svg>
  );
}
