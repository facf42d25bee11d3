import type { BuildSummary } from '../../../src/metrics/records/build-records.ts';
import { agoText, durationText, momentText, shortCommit } from '../model/formats.ts';
import { BuildMark, CountsBar } from '../parts/marks.tsx';
import { Link } from '../parts/navigation.tsx';

/** One build as a line of the list. */
export function BuildItem({ build }: { readonly build: BuildSummary }) {
  const { id, status, verb, workspace, release, branch, commit, durationMs, startMs, failed, counts } = build;
  const place = [known(branch), known(shortCommit(commit))].filter((each) => each !== '').join(' @ ');
  return (
    <li className="build">
      <BuildMark status={status} />
      <div className="build-name">
        <Link to={{ page: 'build', id }}>
          {[verb, known(workspace), known(release)].filter((each) => each !== '').join(' ')}
        </Link>
        <span className="muted small">
          {place}
          {failed.length > 0 && (
            <>
              {place !== '' && ' · '}
              <span className="failed-names">{failed.join(', ')}</span>
            </>
          )}
        </span>
      </div>
      <CountsBar counts={counts} />
      <span className="build-time">{durationMs === undefined ? '' : durationText(durationMs)}</span>
      <time
        className="muted small build-when"
        dateTime={new Date(startMs).toISOString()}
        title={momentText(startMs)}
      >
        {agoText(startMs, Date.now())}
      </time>
    </li>
  );
}

export function known(text: string): string {
  return text === 'unknown' ? '' : text;
}
