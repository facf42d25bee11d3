import { useState } from 'react';
import type { Trend, TrendPoint } from '../../../src/metrics/records/build-records.ts';
import type { Filter } from '../model/address.ts';
import { addressOf, queryOf } from '../model/api.ts';
import { Choice } from '../parts/choice.tsx';
import { ShowAll } from '../parts/show-all.tsx';
import { Empty, Loaded } from '../parts/states.tsx';
import { useResource } from '../parts/use-resource.ts';
import { ScoreCard, SizeCard } from './trend-cards.tsx';

/** The largest artifacts are shown first; the rest when asked for. */
const SHOWN = 12;

/** How sizes and scores went over releases, or over all builds where there are no releases. */
export function TrendsView({ filter }: { readonly filter: Filter }) {
  const [over, setOver] = useState<'releases' | 'builds'>('releases');
  const { status: _, verb: __, ...query } = queryOf(filter);
  const trend = useResource<Trend>(addressOf('/api/v1/metrics/trend', { ...query, over, limit: 60 }));
  return (
    <div className="stack">
      <Choice
        name="Over"
        values={['releases', 'builds']}
        chosen={over}
        wordOf={(each) => (each === 'releases' ? 'Over releases' : 'Over builds')}
        onChoose={setOver}
      />
      <Loaded of={trend}>
        {({ points }) =>
          points.length === 0 ? (
            <Empty>
              <p className="muted">
                {over === 'releases'
                  ? 'No release was made yet; `Over builds` shows every successful build.'
                  : 'No build succeeded yet.'}
              </p>
            </Empty>
          ) : (
            <Cards points={points} />
          )
        }
      </Loaded>
    </div>
  );
}

function Cards({ points }: { readonly points: readonly TrendPoint[] }) {
  const [isWhole, setWhole] = useState(false);
  const gates = [...new Set(points.flatMap(({ scores }) => scores.map(({ gate }) => gate)))].sort();
  const last = (path: string): number =>
    points.findLast(({ sizes }) => sizes[path] !== undefined)?.sizes[path] ?? 0;
  const paths = [...new Set(points.flatMap(({ sizes }) => Object.keys(sizes)))].sort(
    (a, b) => last(b) - last(a),
  );
  const shown = isWhole ? paths : paths.slice(0, SHOWN);
  return (
    <>
      {gates.length > 0 && (
        <section className="stack" aria-labelledby="scores-title">
          <h2 id="scores-title">Scores</h2>
          <div className="cards">
            {gates.map((gate) => (
              <ScoreCard key={gate} gate={gate} points={points} />
            ))}
          </div>
        </section>
      )}
      <section className="stack" aria-labelledby="sizes-title">
        <h2 id="sizes-title">Sizes</h2>
        <div className="cards">
          {shown.map((path) => (
            <SizeCard key={path} path={path} points={points} />
          ))}
        </div>
        <ShowAll shown={shown.length} all={paths.length} onShow={() => setWhole(true)} />
      </section>
    </>
  );
}
