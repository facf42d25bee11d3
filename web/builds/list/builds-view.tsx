import { useState } from 'react';
import type { BuildList, BuildSummary, TimePart } from '../../../src/metrics/records/build-records.ts';
import type { ChartSpan, ListAddress } from '../model/address.ts';
import { addressOf, type Query, queryOf } from '../model/api.ts';
import { momentText } from '../model/formats.ts';
import { useNavigation } from '../parts/navigation.tsx';
import { Empty, Loaded } from '../parts/states.tsx';
import { useChanges, useResource } from '../parts/use-resource.ts';
import { BuildItem } from './build-item.tsx';
import { TimeChart } from './time-chart.tsx';
import { Totals } from './totals.tsx';

interface BuildsViewProps {
  readonly address: ListAddress;
  readonly span: ChartSpan;
  readonly time: Query;
}

const PAGE = 30;

/** Builds over time, and one by one. */
export function BuildsView({ address, span, time }: BuildsViewProps) {
  const { go } = useNavigation();
  const { filter } = address;
  const query = queryOf(filter);
  const { sinceMs: since, partMs: part, parts } = span;
  const chart = useResource<{ parts: readonly TimePart[] }>(
    addressOf('/api/v1/metrics/over-time', { ...query, since, part, parts }),
  );
  const list = useResource<BuildList>(addressOf('/api/v1/builds', { ...query, ...time, limit: PAGE }));
  useChanges(() => {
    chart.reload();
    list.reload();
  });
  const pick = (from: number | undefined): void => {
    const { from: _, ...rest } = filter;
    go({ ...address, filter: from === undefined ? rest : { ...rest, from } }, 'replace');
  };
  return (
    <>
      <Loaded of={chart}>
        {({ parts: shown }) => (
          <>
            <Totals parts={shown} />
            <TimeChart parts={shown} partMs={part} picked={filter.from} onPick={pick} />
          </>
        )}
      </Loaded>
      <section className="stack" aria-labelledby="list-title">
        <div className="row spread">
          <h2 id="list-title">
            {filter.from === undefined ? 'Latest builds' : `Builds from ${momentText(filter.from)}`}
          </h2>
          {filter.from !== undefined && (
            <button type="button" onClick={() => pick(undefined)}>
              Show the whole period
            </button>
          )}
        </div>
        <Loaded of={list}>
          {(page) => (
            <Builds key={JSON.stringify(page.builds[0]?.id)} page={page} query={{ ...query, ...time }} />
          )}
        </Loaded>
      </section>
    </>
  );
}

function Builds({ page, query }: { readonly page: BuildList; readonly query: Query }) {
  const [more, setMore] = useState<readonly BuildSummary[]>([]);
  const [next, setNext] = useState<string | undefined>(page.next);
  const load = async (): Promise<void> => {
    const answer = await fetch(addressOf('/api/v1/builds', { ...query, limit: PAGE, after: next }));
    if (!answer.ok) return;
    const following = (await answer.json()) as BuildList;
    setMore([...more, ...following.builds]);
    setNext(following.next);
  };
  if (page.builds.length === 0) return <NoBuilds />;
  return (
    <>
      <ol className="card builds">
        {[...page.builds, ...more].map((build) => (
          <BuildItem key={build.id} build={build} />
        ))}
      </ol>
      {next !== undefined && (
        <div className="row centre">
          <button type="button" onClick={load}>
            Show older ones
          </button>
        </div>
      )}
    </>
  );
}

function NoBuilds() {
  return (
    <Empty>
      <h3>No builds</h3>
      <p className="muted">
        Nothing of this period fits the filter. A build tells of itself when it knows where this server is:
      </p>
      <pre className="log">{`export METRICS_URL=${location.origin}/builds\nexport METRICS_TOKEN=…   # a token that may write\nmobileops build all`}</pre>
    </Empty>
  );
}
