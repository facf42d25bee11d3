import { useEffect, useMemo } from 'react';
import type { BuildRecord } from '../../../src/metrics/records/build-record.ts';
import type { BuildAddress } from '../model/address.ts';
import { buildAddress } from '../model/api.ts';
import { longestChain } from '../model/timeline.ts';
import { Link, useNavigation } from '../parts/navigation.tsx';
import { Loaded } from '../parts/states.tsx';
import { useChanges, useResource } from '../parts/use-resource.ts';
import { ActionDetails } from './action-details.tsx';
import { ActionTable } from './action-table.tsx';
import { Artifacts, Scores } from './artifacts.tsx';
import { BuildHead, titleOf } from './build-head.tsx';
import { Failures, Notes } from './problems.tsx';
import { TimelineView } from './timeline-view.tsx';

/** One build: how it went, what failed, what happened when, what it left. */
export default function BuildPage({ address }: { readonly address: BuildAddress }) {
  const build = useResource<BuildRecord>(buildAddress(address.id));
  useChanges(build.reload, address.id);
  return (
    <div className="stack">
      <nav aria-label="Where this is" className="small">
        <Link to={{ page: 'list', view: 'builds', filter: { days: 30 } }}>All builds</Link>
      </nav>
      <Loaded of={build}>{(record) => <Build record={record} address={address} />}</Loaded>
    </div>
  );
}

function Build({ record, address }: { readonly record: BuildRecord; readonly address: BuildAddress }) {
  const { go } = useNavigation();
  const title = titleOf(record);
  useEffect(() => {
    document.title = `${title} · mobileops`;
  }, [title]);
  const chain = useMemo(() => longestChain(record.actions), [record]);
  const selected = record.actions.find(({ id }) => id === address.action);
  const select = (id: string | undefined): void =>
    go({ page: 'build', id: address.id, ...(id === undefined ? {} : { action: id }) }, 'replace');
  return (
    <>
      <BuildHead record={record} />
      <Failures record={record} onSelect={select} />
      {record.actions.length > 0 && (
        <>
          <TimelineView record={record} chain={chain} selected={selected} onSelect={select} />
          {selected && (
            <ActionDetails
              action={selected}
              onSelect={select}
              isInRecord={(id) => record.actions.some((each) => each.id === id)}
            />
          )}
          <ActionTable record={record} selected={selected?.id} onSelect={select} />
        </>
      )}
      <Notes record={record} />
      <Scores record={record} />
      <Artifacts record={record} />
    </>
  );
}
