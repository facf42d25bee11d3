import type { Totals } from '../../metrics/index.ts';
import type { Figure } from '../http/figures.ts';
import { Gauge } from '../http/figures.ts';
import type { Face, Services } from '../services.ts';
import { LiveBuilds } from './live-builds.ts';
import { addPageRoutes } from './page-routes.ts';
import { addQueryRoutes } from './query-routes.ts';
import { addReceiveRoutes } from './receive-routes.ts';
import { SqliteBuildRecords } from './sqlite-build-records.ts';
import { BUILDS_MIGRATIONS } from './tables.ts';

const SWEEP_MS = 60_000;
const DAY_MS = 24 * 3_600_000;
/** Records are kept for two years: a trend over releases is long. */
const KEPT_MS = 730 * DAY_MS;

/** Records of builds: taken from those who build, told to those who look. */
export const buildsFace: Face = {
  name: 'builds',
  migrations: BUILDS_MIGRATIONS,
  section: { title: 'Builds', path: '/builds' },
  addRoutes: (routes, services) => {
    const records = new SqliteBuildRecords(services.database);
    const live = new LiveBuilds(records, services.clock);
    addReceiveRoutes(routes, live);
    addQueryRoutes(routes, { records, live, services });
    addPageRoutes(routes, services);
    addFigures(services, { records, live });
    void sweep(services, { records, live });
  },
};

interface Parts {
  readonly records: SqliteBuildRecords;
  readonly live: LiveBuilds;
}

/** Until the server ends. */
async function sweep({ clock, signal, events }: Services, { records, live }: Parts): Promise<void> {
  while (!signal.aborted) {
    try {
      await live.sweep();
      await records.forgetBefore(clock.now() - KEPT_MS);
    } catch (error) {
      if (signal.aborted) return;
      events('server.fault', { requestId: 'sweep of builds', error: String(error) });
    }
    await clock.sleep(SWEEP_MS, signal).catch(() => {});
  }
}

/** Counts that only rise, also when records go or the server starts anew. */
function addFigures({ figures }: Services, { records, live }: Parts): void {
  let totals: Totals | undefined;
  const read = async (): Promise<void> => {
    totals = await records.totals();
  };
  void read().catch(() => {});
  live.listen(({ status }) => {
    if (status !== 'running') void read().catch(() => {});
  });
  const counters = {
    mobileops_builds_total: {
      help: 'Builds that ended, by how',
      lines: ({ builds }: Totals) => labelled('status', builds),
    },
    mobileops_build_actions_total: {
      help: 'Actions of builds, by where their results came from',
      lines: ({ actions }: Totals) => labelled('result', actions),
    },
    mobileops_build_seconds_total: {
      help: 'How long builds took together',
      lines: ({ durationMs }: Totals) => [` ${durationMs / 1000}`],
    },
  };
  for (const [name, { help, lines }] of Object.entries(counters)) {
    const figure: Figure = {
      ...{ name, help, kind: 'counter' },
      lines: () => (totals ? lines(totals).map((line) => `${name}${line}`) : []),
    };
    figures.add(figure);
  }
  figures.add(
    new Gauge('mobileops_builds_running', 'Builds that tell of themselves now', () => live.running),
  );
}

function labelled(label: string, values: Readonly<Record<string, number>>): string[] {
  return Object.entries(values).map(([name, value]) => `{${label}="${name}"} ${value}`);
}
