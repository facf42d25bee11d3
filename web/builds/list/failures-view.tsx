import type { FailedAction } from '../../../src/metrics/records/build-records.ts';
import type { Filter } from '../model/address.ts';
import { addressOf, type Query, queryOf } from '../model/api.ts';
import { agoText, shortCommit } from '../model/formats.ts';
import { Log } from '../parts/log.tsx';
import { Link } from '../parts/navigation.tsx';
import { Empty, Loaded } from '../parts/states.tsx';
import { useResource } from '../parts/use-resource.ts';
import { known } from './build-item.tsx';

/** What failed, with the end of what it said. */
export function FailuresView({ filter, time }: { readonly filter: Filter; readonly time: Query }) {
  const failures = useResource<{ failures: readonly FailedAction[] }>(
    addressOf('/api/v1/metrics/failures', { ...queryOf(filter), ...time, limit: 50 }),
  );
  return (
    <Loaded of={failures}>
      {({ failures: all }) =>
        all.length === 0 ? (
          <Empty>
            <p className="muted">Nothing failed in this period.</p>
          </Empty>
        ) : (
          <ol className="stack plain">
            {all.map((failure) => (
              <Failure key={`${failure.build.id} ${failure.action}`} failure={failure} />
            ))}
          </ol>
        )
      }
    </Loaded>
  );
}

function Failure({ failure }: { readonly failure: FailedAction }) {
  const { build, action, label, description, failure: why, log } = failure;
  const place = [known(build.workspace), known(build.branch), known(shortCommit(build.commit))].filter(
    (each) => each !== '',
  );
  return (
    <li className="card failure">
      <div className="row spread">
        <h2>
          <Link to={{ page: 'build', id: build.id, action }}>
            {label} {description}
          </Link>
        </h2>
        <span className="muted small">{[...place, agoText(build.startMs, Date.now())].join(' · ')}</span>
      </div>
      <p className="bad-text">{why}</p>
      {log !== '' && <Log of={`${label} ${description} in build ${build.id}`} text={log} />}
    </li>
  );
}
