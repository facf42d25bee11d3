import type { TimePart } from '../../../src/metrics/records/build-records.ts';
import { percentText } from '../model/formats.ts';

/** The period in four figures. */
export function Totals({ parts }: { readonly parts: readonly TimePart[] }) {
  const sum = (of: (part: TimePart) => number): number => parts.reduce((total, part) => total + of(part), 0);
  const builds = sum(({ byStatus }) => Object.values(byStatus).reduce((total, each) => total + each, 0));
  const good = sum(({ byStatus }) => byStatus.success);
  const bad = sum(({ byStatus }) => byStatus.failed);
  const cached = sum((part) => part.cached);
  const ran = sum((part) => part.ran);
  const share = (part: number, whole: number): string => (whole === 0 ? '–' : percentText(part / whole));
  return (
    <dl className="totals">
      <Total name="Builds" value={builds.toLocaleString('en')} />
      <Total name="Succeeded" value={share(good, good + bad)} note="of those that succeeded or failed" />
      <Total
        name="From the cache"
        value={share(cached, cached + ran)}
        note="of all actions that were not up to date"
      />
      <Total name="Actions run" value={ran.toLocaleString('en')} />
    </dl>
  );
}

function Total({
  name,
  value,
  note,
}: {
  readonly name: string;
  readonly value: string;
  readonly note?: string;
}) {
  return (
    <div className="card total" title={note}>
      <dt className="muted small">{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}
