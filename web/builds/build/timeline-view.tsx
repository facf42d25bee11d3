import { type KeyboardEvent, type PointerEvent, useEffect, useMemo, useRef, useState } from 'react';
import type { ActionRecord, BuildRecord } from '../../../src/metrics/records/build-record.ts';
import { durationText } from '../model/formats.ts';
import {
  type Bar,
  type Direction,
  moved,
  neighbour,
  showing,
  timelineOf,
  type View,
  zoomed,
} from '../model/timeline.ts';
import { useWidth } from '../parts/use-width.ts';
import { barId, TimelineAxis, TimelineRow } from './timeline-row.tsx';

interface TimelineProps {
  readonly record: BuildRecord;
  readonly chain: readonly ActionRecord[];
  readonly selected: ActionRecord | undefined;
  readonly onSelect: (id: string | undefined) => void;
}

const NEARER = 0.6;
const FARTHER = 1 / NEARER;

/** What ran, waited and came from the cache, and when: by mouse, touch and keys. */
export function TimelineView({ record, chain, selected, onSelect }: TimelineProps) {
  const { rows, endMs } = useMemo(() => timelineOf(record), [record]);
  const bars = useMemo(() => rows.flatMap((row) => row.bars), [rows]);
  const current = bars.find(({ action }) => action.id === selected?.id);
  const { view, setView, zoom, showWhole } = useView(endMs, current);
  const [lanes, width] = useWidth<HTMLDivElement>(700);
  const inChain = useMemo(() => new Set(chain.map(({ id }) => id)), [chain]);
  const drag = useDrag({ view, setView, width, endMs });
  return (
    <section className="card timeline" aria-labelledby="timeline-title">
      <div className="row spread">
        <h2 id="timeline-title">Timeline</h2>
        <ZoomButtons zoom={zoom} showWhole={showWhole} />
      </div>
      <ChainText chain={chain} />
      <div
        className="timeline-rows"
        role="listbox"
        tabIndex={0}
        aria-labelledby="timeline-title"
        aria-describedby="timeline-keys"
        aria-activedescendant={current ? barId(current.action.id) : undefined}
        onKeyDown={(event) => onKey(event, { rows, current, onSelect, zoom, showWhole })}
        {...drag}
      >
        <div className="timeline-row axis-row" role="presentation">
          <span className="timeline-label" />
          <div ref={lanes}>
            <TimelineAxis view={view} width={width} />
          </div>
        </div>
        {rows.map((row) => (
          <TimelineRow key={row.label} {...{ row, view, width, selected: current, inChain, onSelect }} />
        ))}
      </div>
      <Legend />
      <p id="timeline-keys" className="muted small keys">
        <kbd>←</kbd> <kbd>→</kbd> along a target, <kbd>↑</kbd> <kbd>↓</kbd> between targets, <kbd>+</kbd>{' '}
        <kbd>−</kbd> zoom, <kbd>0</kbd> the whole build. Drag to move.
      </p>
    </section>
  );
}

/** What of the build is shown: all of it at first, and always what is selected. */
function useView(endMs: number, current: Bar | undefined) {
  const [view, setView] = useState<View>({ fromMs: 0, toMs: endMs });
  const whole = useRef(endMs);
  // A build that runs grows: who looked at the whole still does.
  useEffect(() => {
    const before = whole.current;
    whole.current = endMs;
    setView((each) => (each.fromMs === 0 && each.toMs >= before ? { fromMs: 0, toMs: endMs } : each));
  }, [endMs]);
  useEffect(() => {
    if (current) setView((each) => showing(each, current, whole.current));
  }, [current]);
  const centreMs = current?.startMs ?? (view.fromMs + view.toMs) / 2;
  return {
    view,
    setView,
    zoom: (factor: number): void => setView((each) => zoomed(each, factor, { centreMs, endMs })),
    showWhole: (): void => setView({ fromMs: 0, toMs: endMs }),
  };
}

interface ZoomProps {
  readonly zoom: (factor: number) => void;
  readonly showWhole: () => void;
}

function ZoomButtons({ zoom, showWhole }: ZoomProps) {
  return (
    <div className="row zoom">
      <button type="button" aria-label="Zoom out" onClick={() => zoom(FARTHER)}>
        −
      </button>
      <button type="button" aria-label="Zoom in" onClick={() => zoom(NEARER)}>
        +
      </button>
      <button type="button" onClick={showWhole}>
        Whole build
      </button>
    </div>
  );
}

function ChainText({ chain }: { readonly chain: readonly ActionRecord[] }) {
  const ranMs = chain.reduce((sum, { startMs = 0, endMs = 0 }) => sum + endMs - startMs, 0);
  const waitedMs = chain.reduce((sum, { readyMs, startMs = 0 }) => sum + startMs - (readyMs ?? startMs), 0);
  if (chain.length < 2) return null;
  return (
    <p className="muted small">
      The longest chain, outlined, has {chain.length} actions: {durationText(ranMs)} of work
      {waitedMs >= 100 && ` and ${durationText(waitedMs)} of waiting for processors and memory`}.
    </p>
  );
}

function Legend() {
  return (
    <ul className="legend small muted">
      <li className="ran">ran</li>
      <li className="wait">waited</li>
      <li className="cached">from the cache</li>
      <li className="failed">failed</li>
    </ul>
  );
}

interface Keys extends ZoomProps {
  readonly rows: Parameters<typeof neighbour>[0];
  readonly current: Bar | undefined;
  readonly onSelect: (id: string | undefined) => void;
}

const DIRECTIONS: Readonly<Record<string, Direction>> = {
  ArrowLeft: 'left',
  ArrowRight: 'right',
  ArrowUp: 'up',
  ArrowDown: 'down',
  Home: 'first',
  End: 'last',
};

function onKey(event: KeyboardEvent, { rows, current, onSelect, zoom, showWhole }: Keys): void {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const direction = DIRECTIONS[event.key];
  if (direction) onSelect(neighbour(rows, current, direction)?.action.id);
  else if (event.key === '+' || event.key === '=') zoom(NEARER);
  else if (event.key === '-') zoom(FARTHER);
  else if (event.key === '0') showWhole();
  else if (event.key === 'Escape') onSelect(undefined);
  else return;
  event.preventDefault();
}

/** Less than this is a click. */
const CLICK_PX = 4;

/** Moves the view along with the pointer. */
function useDrag({
  view,
  setView,
  width,
  endMs,
}: {
  readonly view: View;
  readonly setView: (view: View | ((before: View) => View)) => void;
  readonly width: number;
  readonly endMs: number;
}) {
  const from = useRef<{ readonly x: number; readonly view: View } | undefined>(undefined);
  const perPixel = (view.toMs - view.fromMs) / Math.max(1, width);
  return {
    onPointerDown: (event: PointerEvent) => {
      if (event.button === 0) from.current = { x: event.clientX, view };
    },
    onPointerMove: (event: PointerEvent<HTMLElement>) => {
      const start = from.current;
      if (!start || Math.abs(event.clientX - start.x) < CLICK_PX) return;
      event.currentTarget.setPointerCapture(event.pointerId);
      setView(moved(start.view, (start.x - event.clientX) * perPixel, endMs));
    },
    onPointerUp: () => {
      from.current = undefined;
    },
    onPointerCancel: () => {
      from.current = undefined;
    },
  };
}
