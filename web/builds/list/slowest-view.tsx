import type { SlowAction } from '../../../src/metrics/records/build-records.ts';
import type { Filter } from '../model/address.ts';
import { addressOf, type Query, queryOf } from '../model/api.ts';
import { countText, durationText } from '../model/formats.ts';
import { Link } from '../parts/navigation.tsx';
import { Empty, Loaded } from '../parts/states.tsx';
import { useResource } from '../parts/use-resource.ts';

/** What takes longest when it runs. */
export function SlowestView({ filter, time }: { readonly filter: Filter; readonly time: Query }) {
  const { status: _, ...query } = queryOf(filter);
  const slowest = useResource<{ actions: readonly SlowAction[] }>(
    addressOf('/api/v1/metrics/slowest', { ...query, ...time, limit: 50 }),
  );
  return (
    <Loaded of={slowest}>
      {({ actions }) =>
        actions.length === 0 ? (
          <Empty>
            <p className="muted">No action ran in this period.</p>
          </Empty>
        ) : (
          <section className="card" aria-labelledby="slowest-title">
            <h2 id="slowest-title">By what one run takes on average</h2>
            <ol className="ranked">
              {actions.map((action) => (
                <SlowItem
                  key={`${action.workspace} ${action.id}`}
                  action={action}
                  topMs={actions[0]!.meanMs}
                />
              ))}
            </ol>
          </section>
        )
      }
    </Loaded>
  );
}

function SlowItem({ action, topMs }: { readonly action: SlowAction; readonly topMs: number }) {
  const { build, id, label, description, meanMs, maxMs, lastMs, runs } = action;
  return (
    <li>
      <div className="row spread">
        <Link to={{ page: 'build', id: build, action: id }}>
          {label} <span className="muted">{description}</span>
        </Link>
        <strong>{durationText(meanMs)}</strong>
      </div>
      <span className="meter" aria-hidden="true">
        <span style={{ width: `${(meanMs / Math.max(1, topMs)) * 100}%` }} />
      </span>
      <span className="muted small">
        <code>{id}</code>: {countText(runs, 'run')}, at most {durationText(maxMs)}, last{' '}
        {durationText(lastMs)}
      </span>
    </li>
  );
}
