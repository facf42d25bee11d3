import { useEffect } from 'react';
import { type ListAddress, spanOf, VIEWS, type ViewName } from '../model/address.ts';
import { Link, useNavigation } from '../parts/navigation.tsx';
import { BuildsView } from './builds-view.tsx';
import { FailuresView } from './failures-view.tsx';
import { Filters } from './filters.tsx';
import { SlowestView } from './slowest-view.tsx';
import { TrendsView } from './trends-view.tsx';

const NAMES: Readonly<Record<ViewName, string>> = {
  builds: 'Builds',
  slowest: 'Slowest',
  failures: 'Failures',
  trends: 'Trends',
};

/** All builds, from four sides, by one filter. */
export function ListPage({ address }: { readonly address: ListAddress }) {
  const { go } = useNavigation();
  const { view, filter } = address;
  useEffect(() => {
    document.title = `${NAMES[view]} · mobileops`;
  }, [view]);
  const span = spanOf(filter.days, Date.now(), new Date().getTimezoneOffset());
  const time =
    filter.from === undefined
      ? { since: span.sinceMs }
      : { since: filter.from, until: filter.from + span.partMs };
  return (
    <div className="stack">
      <h1 className="hidden-text">{NAMES[view]}</h1>
      <div className="row spread views">
        <nav aria-label="Views" className="tabs">
          {VIEWS.map((each) => (
            <Link key={each} to={{ ...address, view: each }} isHere={each === view}>
              {NAMES[each]}
            </Link>
          ))}
        </nav>
      </div>
      <Filters view={view} filter={filter} onChange={(next) => go({ ...address, filter: next }, 'replace')} />
      {view === 'builds' && <BuildsView address={address} span={span} time={time} />}
      {view === 'slowest' && <SlowestView filter={filter} time={time} />}
      {view === 'failures' && <FailuresView filter={filter} time={time} />}
      {view === 'trends' && <TrendsView filter={filter} />}
    </div>
  );
}
