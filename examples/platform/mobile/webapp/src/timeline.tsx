import model from '#model';
import { HISTORY, type Verdict } from './simulation.ts';
import { textOf } from './states.ts';

/** The judgement of each moment, oldest on the left; the height is how sure the model was. */
export function Timeline({ verdicts }: { verdicts: readonly Verdict[] }) {
  const missing = HISTORY - verdicts.length;
  return (
    <section className="card" aria-labelledby="history">
      <div className="card-head">
        <h2 id="history">History</h2>
        <ul className="legend">
          {model.states.map((state) => (
            <li key={state} data-state={state}>
              {textOf(state).title}
            </li>
          ))}
        </ul>
      </div>
      <div className="timeline" role="img" aria-label={summaryOf(verdicts)}>
        {verdicts.map((verdict, index) => (
          <span
            // biome-ignore lint/suspicious/noArrayIndexKey: a column is its place.
            key={missing + index}
            data-state={model.states[verdict.state]}
            style={{ height: `${Math.max(12, (verdict.probabilities[verdict.state] ?? 0) * 100)}%` }}
          />
        ))}
      </div>
    </section>
  );
}

function summaryOf(verdicts: readonly Verdict[]): string {
  const counts = model.states.map((state, index) => {
    const count = verdicts.filter((verdict) => verdict.state === index).length;
    return count > 0 ? `${textOf(state).title} ${count}` : '';
  });
  return `Of the last ${verdicts.length} moments: ${counts.filter(Boolean).join(', ')}`;
}
