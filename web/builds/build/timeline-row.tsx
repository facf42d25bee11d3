import { memo } from 'react';
import { durationText } from '../model/formats.ts';
import { timeTicks } from '../model/scale.ts';
import type { Bar, Row, View } from '../model/timeline.ts';
import { wordOf } from '../parts/marks.tsx';

const LANE_HEIGHT = 16;
const BAR_HEIGHT = 12;
const AXIS_HEIGHT = 20;
const TICK_WIDTH = 90;
/** Narrower bars cannot be seen, nor hit. */
const LEAST_WIDTH = 2;

/** A name in the document; ids of actions may hold anything. */
export function barId(action: string): string {
  return `bar-${[...action].map((character) => (/[\w-]/.test(character) ? character : `.${character.codePointAt(0)!.toString(36)}`)).join('')}`;
}

interface Scaled {
  readonly view: View;
  readonly width: number;
}

export function TimelineAxis({ view, width }: Scaled) {
  const ticks = timeTicks(view.fromMs, view.toMs, Math.max(2, Math.floor(width / TICK_WIDTH)));
  const xOf = scaleOf({ view, width });
  return (
    <svg width={width} height={AXIS_HEIGHT} aria-hidden="true">
      {ticks.map((ms) => (
        <g key={ms}>
          <line className="grid" x1={xOf(ms)} x2={xOf(ms)} y1={AXIS_HEIGHT - 4} y2={AXIS_HEIGHT} />
          <text className="axis" x={xOf(ms)} y={AXIS_HEIGHT - 8} textAnchor={anchorOf(xOf(ms), width)}>
            {ms === 0 ? '0' : durationText(ms)}
          </text>
        </g>
      ))}
    </svg>
  );
}

function anchorOf(x: number, width: number): 'start' | 'middle' | 'end' {
  if (x < 20) return 'start';
  return x > width - 24 ? 'end' : 'middle';
}

function scaleOf({ view: { fromMs, toMs }, width }: Scaled): (ms: number) => number {
  return (ms) => ((ms - fromMs) / Math.max(1, toMs - fromMs)) * width;
}

interface TimelineRowProps extends Scaled {
  readonly row: Row;
  readonly selected: Bar | undefined;
  readonly inChain: ReadonlySet<string>;
  readonly onSelect: (id: string) => void;
}

/** A target: its name, and what of it is in view. */
export const TimelineRow = memo(({ row, view, width, selected, inChain, onSelect }: TimelineRowProps) => {
  const xOf = scaleOf({ view, width });
  const height = row.lanes * LANE_HEIGHT + 4;
  const ticks = timeTicks(view.fromMs, view.toMs, Math.max(2, Math.floor(width / TICK_WIDTH)));
  return (
    // biome-ignore lint/a11y/useSemanticElements: a group of options, not of fields
    <div className="timeline-row" role="group" aria-label={row.label}>
      <span className="timeline-label" title={row.label}>
        {row.label}
      </span>
      <svg width={width} height={height} role="presentation">
        {ticks.map((ms) => (
          <line key={ms} className="grid" x1={xOf(ms)} x2={xOf(ms)} y1={0} y2={height} />
        ))}
        {visibleBars(row.bars, { view, width, selected }).map((bar) => (
          <ActionBar
            key={bar.action.id}
            bar={bar}
            xOf={xOf}
            isSelected={bar === selected}
            isInChain={inChain.has(bar.action.id)}
            onSelect={onSelect}
          />
        ))}
      </svg>
    </div>
  );
});

/** Of many that would be drawn on the same spot one is, so that a build of thousands of actions stays quick to look at. */
function visibleBars(
  bars: readonly Bar[],
  { view, width, selected }: Scaled & { readonly selected: Bar | undefined },
): Bar[] {
  const xOf = scaleOf({ view, width });
  const drawnTo = new Map<number, number>();
  return bars.filter((bar) => {
    if (bar.endMs < view.fromMs || bar.readyMs > view.toMs) return false;
    const to = Math.max(xOf(bar.endMs), xOf(bar.readyMs) + LEAST_WIDTH);
    if (to <= (drawnTo.get(bar.lane) ?? -1) + 0.5 && bar !== selected) return false;
    drawnTo.set(bar.lane, to);
    return true;
  });
}

interface ActionBarProps {
  readonly bar: Bar;
  readonly xOf: (ms: number) => number;
  readonly isSelected: boolean;
  readonly isInChain: boolean;
  readonly onSelect: (id: string) => void;
}

function ActionBar({ bar, xOf, isSelected, isInChain, onSelect }: ActionBarProps) {
  const { action, readyMs, startMs, endMs, lane } = bar;
  const y = lane * LANE_HEIGHT + (LANE_HEIGHT - BAR_HEIGHT) / 2 + 2;
  const [waitX, x] = [xOf(readyMs), xOf(startMs)];
  const width = Math.max(LEAST_WIDTH, xOf(endMs) - x);
  const kind = `${action.status}${isSelected ? ' selected' : ''}${isInChain ? ' chain' : ''}`;
  return (
    <g
      id={barId(action.id)}
      role="option"
      aria-selected={isSelected}
      aria-label={barText(bar)}
      className={`bar-group ${kind}`}
      onClick={() => onSelect(action.id)}
    >
      <title>{barText(bar)}</title>
      {x - waitX > 0.5 && (
        <rect className="wait" x={waitX} y={y + BAR_HEIGHT / 2 - 2} width={x - waitX} height={4} />
      )}
      {action.status === 'cached' ? (
        <path className="bar cached" d={diamond(x, y + BAR_HEIGHT / 2)} />
      ) : (
        <rect
          className={`bar ${action.status}`}
          x={x}
          y={y}
          width={width}
          height={BAR_HEIGHT}
          rx={Math.min(3, width / 2)}
        />
      )}
    </g>
  );
}

function diamond(x: number, y: number): string {
  return `M${x} ${y - 5}l4 5l-4 5l-4 -5z`;
}

function barText({ action, readyMs, startMs, endMs }: Bar): string {
  const { label, description, status } = action;
  const waited = startMs - readyMs;
  const words = [
    `${label} ${description}`.trim(),
    status === 'cached' ? wordOf(status) : `${wordOf(status)}, ${durationText(endMs - startMs)}`,
    ...(waited >= 1 ? [`waited ${durationText(waited)}`] : []),
    `from ${durationText(startMs)}`,
  ];
  return words.join(', ');
}
