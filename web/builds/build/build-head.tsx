import type { ReactNode } from 'react';
import type { BuildRecord } from '../../../src/metrics/records/build-record.ts';
import { agoText, countText, durationText, momentText, shortCommit } from '../model/formats.ts';
import { BuildMark, CountsBar } from '../parts/marks.tsx';

export function titleOf({ verb, workspace, release }: BuildRecord): string {
  return [verb, workspace, release].filter((each) => each !== 'unknown').join(' ');
}

/** What a build is and how it went, in figures. */
export function BuildHead({ record }: { readonly record: BuildRecord }) {
  const { status, startMs, durationMs, commit, branch, buildId, requested, jobs, resources, targets } =
    record;
  const upToDate = targets.filter((each) => each.status === 'up-to-date').length;
  return (
    <header className="card stack">
      <div className="row">
        <h1>{titleOf(record)}</h1>
        <BuildMark status={status} />
      </div>
      <CountsBar counts={record.counts} />
      <dl className="facts">
        <Fact name="Began" hint={agoText(startMs, Date.now())}>
          {momentText(startMs)}
        </Fact>
        <Fact name={status === 'running' ? 'So far' : 'Took'}>
          {durationMs === undefined ? 'not known' : durationText(durationMs)}
        </Fact>
        <Fact name="Targets" hint={upToDate > 0 ? `${upToDate} up to date` : undefined}>
          {targets.length}
        </Fact>
        <Fact name="Branch">{branch}</Fact>
        <Fact name="Commit">
          <code>{shortCommit(commit)}</code>
        </Fact>
        <Fact name="Build id">
          <code>{buildId}</code>
        </Fact>
        {requested.length > 0 && <Fact name="Asked for">{listText(requested)}</Fact>}
        {jobs !== undefined && <Fact name="At a time">{countText(jobs, 'action')}</Fact>}
        <Fact name="Processors busy">{measured(resources.cpuPercent)}</Fact>
        <Fact name="Memory used">{measured(resources.memoryPercent)}</Fact>
        <Fact name="Disk used">{measured(resources.diskPercent)}</Fact>
      </dl>
    </header>
  );
}

const SHOWN = 4;

function listText(all: readonly string[]): string {
  const rest = all.length - SHOWN;
  return rest > 0 ? `${all.slice(0, SHOWN).join(', ')} and ${rest} more` : all.join(', ');
}

function measured(percent: number | null): string {
  return percent === null ? 'not measured' : `${percent} %`;
}

interface FactProps {
  readonly name: string;
  readonly hint?: string | undefined;
  readonly children: ReactNode;
}

export function Fact({ name, hint, children }: FactProps) {
  return (
    <div>
      <dt className="muted small">{name}</dt>
      <dd>
        {children}
        {hint !== undefined && <span className="muted small"> {hint}</span>}
      </dd>
    </div>
  );
}
