import type { BuildRecord, ProblemRecord } from '../../../src/metrics/records/build-record.ts';
import { Log } from '../parts/log.tsx';

interface ProblemsProps {
  readonly record: BuildRecord;
  readonly onSelect: (id: string) => void;
}

/** What failed, with the end of what it said, and what the build could not do. */
export function Failures({ record, onSelect }: ProblemsProps) {
  const failed = record.actions.filter(({ status }) => status === 'failed');
  const errors = record.problems.filter(({ severity }) => severity === 'error');
  if (failed.length === 0 && errors.length === 0) return null;
  return (
    <section className="stack" aria-labelledby="failures-title">
      <h2 id="failures-title">What failed</h2>
      {failed.map(({ id, label, description, failure = '', log = '' }) => (
        <article key={id} className="card failure">
          <div className="row spread">
            <h3>
              {label} {description}
            </h3>
            <button type="button" onClick={() => onSelect(id)}>
              Show in the timeline
            </button>
          </div>
          <p className="bad-text">{failure}</p>
          {log !== '' && <Log of={`${label} ${description}`} text={log} />}
        </article>
      ))}
      {errors.length > 0 && <ProblemList problems={errors} />}
    </section>
  );
}

/** What else the build had to say. */
export function Notes({ record }: Pick<ProblemsProps, 'record'>) {
  const notes = record.problems.filter(({ severity }) => severity !== 'error');
  if (notes.length === 0) return null;
  return (
    <section className="stack" aria-labelledby="notes-title">
      <h2 id="notes-title">What it said</h2>
      <ProblemList problems={notes} />
    </section>
  );
}

function ProblemList({ problems }: { readonly problems: readonly ProblemRecord[] }) {
  return (
    <ul className="card problems">
      {problems.map(({ code, severity, message, hint, path, line }, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the list of an ended build stays as it is
        <li key={at}>
          <span className={`mark ${SEVERITIES[severity]}`}>{severity}</span>
          <div>
            <p>{message}</p>
            {hint !== undefined && <p className="muted small">{hint}</p>}
            <p className="muted small">
              <code>{code}</code>
              {path !== undefined && ` in ${path}${line === undefined ? '' : `:${line}`}`}
            </p>
          </div>
        </li>
      ))}
    </ul>
  );
}

const SEVERITIES = { error: 'bad', warning: 'warn', note: '' } as const;
