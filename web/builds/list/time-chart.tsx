import { type KeyboardEvent, type PointerEvent, useState } from 'react';
import type { TimePart } from '../../../src/metrics/records/build-records.ts';
import { countText, durationText, percentText } from '../model/formats.ts';
import { niceTop } from '../model/scale.ts';
import { useWidth } from '../parts/use-width.ts';

interface TimeChartProps {
  readonly parts: readonly TimePart[];
  readonly partMs: number;
  /** The part that the list shows alone, by its start. */
  readonly picked: number | undefined;
  readonly onPick: (startMs: number | undefined) => void;
}

const BARS_HEIGHT = 120;
const LINE_HEIGHT = 56;
const GAP = 26;
const LEFT = 40;
const HEIGHT = BARS_HEIGHT + GAP + LINE_HEIGHT + 22;
const DAY_MS = 86_400_000;

/** What stands on each other in a bar, from below. */
const STACK = [
  ['success', (part: TimePart) => part.byStatus.success],
  ['failed', (part: TimePart) => part.byStatus.failed],
  ['others', ({ byStatus: each }: TimePart) => each.refused + each.interrupted + each.lost + each.running],
] as const;

const allOf = (part: TimePart): number => STACK.reduce((sum, [, of]) => sum + of(part), 0);

/**
 * Builds over time, by outcome, and how long the successful ones took. One stop for the keyboard: arrows choose a part, Enter
 * shows its builds alone, Escape all again.
 */
export function TimeChart({ parts, partMs, picked, onPick }: TimeChartProps) {
  const [frame, width] = useWidth<HTMLDivElement>(800);
  const pickedAt = picked === undefined ? -1 : parts.findIndex(({ startMs }) => startMs === picked);
  const [at, setAt] = useState<number | undefined>(undefined);
  const current = at ?? (pickedAt >= 0 ? pickedAt : parts.length - 1);
  const toggle = (index: number): void => {
    const { startMs } = parts[index]!;
    onPick(startMs === picked ? undefined : startMs);
  };
  const step = Math.max(1, width - LEFT) / Math.max(1, parts.length);
  const atPointer = ({ clientX, currentTarget }: PointerEvent<Element>): number => {
    const x = clientX - currentTarget.getBoundingClientRect().left - LEFT;
    return Math.min(parts.length - 1, Math.max(0, Math.floor(x / step)));
  };
  const part = parts[current];
  if (!part) return null;
  return (
    <section className="card chart" aria-labelledby="chart-title">
      <div className="row spread">
        <h2 id="chart-title">Builds over time</h2>
        <Legend />
      </div>
      <div
        ref={frame}
        className="chart-frame"
        role="slider"
        tabIndex={0}
        aria-label="Part of the period"
        aria-valuemin={1}
        aria-valuemax={parts.length}
        aria-valuenow={current + 1}
        aria-valuetext={partText(part, partMs)}
        onKeyDown={(event) =>
          onKey(event, { current, count: parts.length, setAt, toggle, clear: () => onPick(undefined) })
        }
        onPointerMove={(event) => setAt(atPointer(event))}
        onPointerLeave={() => setAt(undefined)}
        onClick={(event) => toggle(atPointer(event as unknown as PointerEvent<Element>))}
      >
        <svg width={width} height={HEIGHT} aria-hidden="true">
          <Bars parts={parts} step={step} width={width} />
          <MedianLine parts={parts} step={step} width={width} />
          <TimeAxis parts={parts} step={step} partMs={partMs} />
          <rect className="chart-cursor" x={LEFT + current * step} y={0} width={step} height={HEIGHT - 20} />
          {pickedAt >= 0 && (
            <rect
              className="chart-picked"
              x={LEFT + pickedAt * step}
              y={0.5}
              width={step}
              height={HEIGHT - 21}
            />
          )}
        </svg>
      </div>
      <p className="small chart-readout">{partText(part, partMs)}</p>
    </section>
  );
}

interface Keys {
  readonly current: number;
  readonly count: number;
  readonly setAt: (at: number) => void;
  readonly toggle: (at: number) => void;
  readonly clear: () => void;
}

function onKey(event: KeyboardEvent, { current, count, setAt, toggle, clear }: Keys): void {
  const moves: Readonly<Record<string, number>> = {
    ArrowLeft: current - 1,
    ArrowDown: current - 1,
    ArrowRight: current + 1,
    ArrowUp: current + 1,
    PageUp: current + 7,
    PageDown: current - 7,
    Home: 0,
    End: count - 1,
  };
  const to = moves[event.key];
  if (to !== undefined) setAt(Math.min(count - 1, Math.max(0, to)));
  else if (event.key === 'Enter' || event.key === ' ') toggle(current);
  else if (event.key === 'Escape') clear();
  else return;
  event.preventDefault();
}

function Legend() {
  return (
    <ul className="legend small muted">
      <li className="success">succeeded</li>
      <li className="failed">failed</li>
      <li className="others">refused, interrupted or lost</li>
      <li className="median">median time</li>
    </ul>
  );
}

interface Drawn {
  readonly parts: readonly TimePart[];
  readonly step: number;
  readonly width: number;
}

function Bars({ parts, step, width }: Drawn) {
  const top = niceTop(Math.max(1, ...parts.map(allOf)));
  const gap = step > 12 ? 4 : step > 4 ? 1 : 0;
  return (
    <g>
      {[0, 0.5, 1].map((share) => {
        const y = BARS_HEIGHT - share * (BARS_HEIGHT - 8);
        const value = top * share;
        return (
          <g key={share}>
            <line className="grid" x1={LEFT} x2={width} y1={y} y2={y} />
            {Number.isInteger(value) && (
              <text className="axis" x={LEFT - 8} y={y + 4} textAnchor="end">
                {value}
              </text>
            )}
          </g>
        );
      })}
      {parts.map((part, index) => {
        let below = 0;
        return STACK.map(([name, of]) => {
          const height = (of(part) / top) * (BARS_HEIGHT - 8);
          const y = BARS_HEIGHT - below - height;
          below += height;
          if (height === 0) return null;
          const x = LEFT + index * step + gap / 2;
          return (
            <rect
              key={`${part.startMs} ${name}`}
              className={`bar ${name}`}
              x={x}
              y={y}
              width={Math.max(1, step - gap)}
              height={height}
              rx={step > 12 ? 2 : 0}
            />
          );
        });
      })}
    </g>
  );
}

function MedianLine({ parts, step, width }: Drawn) {
  const known = parts.flatMap(({ medianMs }, at) => (medianMs === null ? [] : [{ medianMs, at }]));
  const top = Math.max(1, ...known.map(({ medianMs }) => medianMs));
  const base = BARS_HEIGHT + GAP + LINE_HEIGHT;
  const place = ({ medianMs, at }: { medianMs: number; at: number }) => ({
    x: LEFT + (at + 0.5) * step,
    y: base - (medianMs / top) * LINE_HEIGHT,
  });
  const points = known.map(place);
  return (
    <g>
      <line className="grid" x1={LEFT} x2={width} y1={base} y2={base} />
      <line className="grid" x1={LEFT} x2={width} y1={base - LINE_HEIGHT} y2={base - LINE_HEIGHT} />
      {known.length > 0 && (
        <text className="axis" x={LEFT} y={base - LINE_HEIGHT - 5}>
          {durationText(top)}
        </text>
      )}
      <polyline className="median" points={points.map(({ x, y }) => `${x},${y}`).join(' ')} />
      {points.map(({ x, y }) => (
        <circle key={x} className="median-dot" cx={x} cy={y} r={points.length > 45 ? 1.5 : 2.5} />
      ))}
    </g>
  );
}

function TimeAxis({ parts, step, partMs }: Omit<Drawn, 'width'> & { readonly partMs: number }) {
  const every = Math.max(1, Math.ceil(64 / step));
  return (
    <g>
      {parts.map(({ startMs }, at) =>
        (parts.length - 1 - at) % every === 0 ? (
          <text
            key={startMs}
            className="axis"
            x={LEFT + (at + 0.5) * step}
            y={HEIGHT - 4}
            textAnchor={at === parts.length - 1 && step < 40 ? 'end' : 'middle'}
          >
            {tickText(startMs, partMs)}
          </text>
        ) : null,
      )}
    </g>
  );
}

function tickText(startMs: number, partMs: number): string {
  const date = new Date(startMs);
  if (partMs < DAY_MS) return date.toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' });
  return date.toLocaleDateString('en-GB', { day: 'numeric', month: 'short' });
}

/** A part in a sentence: what the eye sees, for those who listen. */
function partText(part: TimePart, partMs: number): string {
  const date = new Date(part.startMs);
  const day = date.toLocaleDateString('en-GB', { weekday: 'short', day: 'numeric', month: 'long' });
  const when =
    partMs < DAY_MS
      ? `${day}, ${tickText(part.startMs, partMs)}`
      : partMs > DAY_MS
        ? `Week from ${day}`
        : day;
  const { success, failed } = part.byStatus;
  const actions = part.ran + part.cached;
  const words = [
    countText(allOf(part), 'build'),
    ...(success > 0 ? [`${success} succeeded`] : []),
    ...(failed > 0 ? [`${failed} failed`] : []),
    ...(part.medianMs === null ? [] : [`median ${durationText(part.medianMs)}`]),
    ...(actions > 0 ? [`${percentText(part.cached / actions)} from the cache`] : []),
  ];
  return `${when}: ${words.join(', ')}`;
}
