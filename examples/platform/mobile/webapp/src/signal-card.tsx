import type { Signal } from './inference.ts';
import { Sparkline } from './sparkline.tsx';

const TITLES: Readonly<Record<string, string>> = {
  cpu: 'CPU',
  memory: 'Memory',
  latency: 'Latency',
  errors: 'Errors',
};

interface SignalCardProps {
  readonly signal: Signal;
  readonly level: number;
  readonly history: readonly number[];
  /** How many of the latest values the model looks at. */
  readonly window: number;
  /** Absent when the values are measured and not to be moved. */
  readonly onChange?: ((value: number) => void) | undefined;
}

export function SignalCard({ signal, level, history, window, onChange }: SignalCardProps) {
  const title = TITLES[signal.name] ?? signal.name;
  const latest = history.at(-1) ?? 0;
  return (
    <div className="signal">
      <div className="signal-head">
        <h3>{title}</h3>
        <output>
          {latest < 10 ? latest.toFixed(1) : Math.round(latest)} <small>{signal.unit}</small>
        </output>
      </div>
      <Sparkline values={history} maximum={signal.scale} window={window} />
      {onChange && (
        <input
          type="range"
          aria-label={`${title} in ${signal.unit}`}
          min={0}
          max={signal.maximum}
          step={signal.maximum / 200}
          value={level}
          style={{ '--filled': `${(level / signal.maximum) * 100}%` } as React.CSSProperties}
          onChange={(event) => onChange(event.currentTarget.valueAsNumber)}
        />
      )}
    </div>
  );
}
