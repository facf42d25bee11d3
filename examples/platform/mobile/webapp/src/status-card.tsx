import model from '#model';
import type { Verdict } from './simulation.ts';
import { textOf } from './states.ts';

const RADIUS = 52;
const LENGTH = 2 * Math.PI * RADIUS;

export function StatusCard({ verdict }: { verdict: Verdict }) {
  const text = textOf(model.states[verdict.state] ?? '');
  const certainty = verdict.probabilities[verdict.state] ?? 0;
  return (
    <section className="card status" aria-labelledby="verdict">
      <svg viewBox="0 0 120 120" className="ring" role="img" aria-label={`${percent(certainty)} sure`}>
        <circle cx="60" cy="60" r={RADIUS} className="ring-back" />
        <circle
          cx="60"
          cy="60"
          r={RADIUS}
          className="ring-front"
          strokeDasharray={LENGTH}
          strokeDashoffset={LENGTH * (1 - certainty)}
        />
        <text x="60" y="63" className="ring-number">
          {percent(certainty)}
        </text>
        <text x="60" y="80" className="ring-unit">
          sure
        </text>
      </svg>
      <div className="verdict">
        <p className="eyebrow">The platform is</p>
        <h2 id="verdict" aria-live="polite">
          {text.title}
        </h2>
        <p className="advice">{text.advice}</p>
      </div>
      <dl className="odds">
        {model.states.map((state, index) => (
          <div key={state} data-state={state}>
            <dt>{textOf(state).title}</dt>
            <dd>
              <span className="bar">
                <span style={{ width: `${(verdict.probabilities[index] ?? 0) * 100}%` }} />
              </span>
              <span className="figure">{percent(verdict.probabilities[index] ?? 0)}</span>
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

/** Before there are enough samples for a judgement. */
export function Waiting({ count }: { count: number }) {
  return (
    <section className="card">
      <p className="eyebrow">
        Waiting for telemetry: {count} of {model.window} samples
      </p>
    </section>
  );
}

/** Never 100: the model is never certain. */
function percent(share: number): string {
  return `${Math.min(99, Math.round(share * 100))} %`;
}
