import { formatDurationMs } from '../../base/index.ts';
import type { ActionRecord, BuildRecord, BuildStatus } from '../../metrics/index.ts';
import { type Html, html } from '../pages/html.ts';

export interface CiPage {
  /** The latest first. */
  readonly runs: readonly BuildRecord[];
  /** What older ones are asked for by. */
  readonly next: string | undefined;
  readonly isFirst: boolean;
}

export function ciPage({ runs, next, isFirst }: CiPage): Html {
  const isEmpty = runs.length === 0 && isFirst;
  return html`<div class="stack">
<h1>CI</h1>
${isEmpty ? html`<p class="notice">No pipeline told of itself yet. <code>mobileops ci</code> does where <code>METRICS_URL</code> names this server.</p>` : undefined}
${runs.map(runCard)}
<p class="row">${isFirst ? undefined : html`<a class="button" href="/ci">Latest runs</a>`}${next === undefined ? undefined : html`<a class="button" href="/ci?after=${encodeURIComponent(next)}">Older runs</a>`}</p>
</div>`;
}

/** A word and a mark's colour for each. */
const STATUSES: Readonly<Record<BuildStatus, readonly [string, string]>> = {
  running: ['running', 'busy'],
  success: ['passed', 'good'],
  failed: ['failed', 'bad'],
  refused: ['not begun', 'bad'],
  interrupted: ['interrupted', 'warn'],
  lost: ['lost', 'warn'],
};

function runCard(run: BuildRecord): Html {
  const { id, status, workspace, release, branch, commit, startMs, durationMs, buildId, problems } = run;
  const [word, colour] = STATUSES[status];
  const builds = `/builds?text=${encodeURIComponent(buildId)}&days=365`;
  const took = durationMs === undefined ? '' : ` · ${formatDurationMs(durationMs)}`;
  return html`<article class="card stack" aria-label="Run ${buildId}: ${word}">
<div class="row spread">
<h2 class="row"><span class="mark ${colour}">${word}</span> ${workspace} ${release}</h2>
<p class="muted small"><time datetime="${new Date(startMs).toISOString()}">${timeText(startMs)}</time>${took}</p>
</div>
<p class="small muted">${branch} · <span class="mono">${commit.slice(0, 12)}</span> · <span class="mono">${buildId}</span></p>
${problems.map(({ code, message }) => html`<p class="notice bad">${message} <span class="mono">${code}</span></p>`)}
<ol class="steps">
${run.actions.map(stepItem)}</ol>
<p class="row small"><a href="/builds/${encodeURIComponent(id)}">Timeline</a><a href="${builds}">Builds of this run</a></p>
</article>
`;
}

function stepItem({ label, description, status, startMs, endMs, failure, log }: ActionRecord): Html {
  const [word, colour] = stepWord(status);
  const took =
    startMs === undefined || endMs === undefined ? undefined : formatDurationMs(Math.max(0, endMs - startMs));
  return html`<li><div class="row"><span class="mark ${colour}">${word}</span><span>${label.replace(/^step:/, '')}</span><span class="muted small mono">${description}</span>${took === undefined ? undefined : html`<span class="muted small">${took}</span>`}</div>
${failure === undefined ? undefined : html`<p class="small muted">${failure}</p>`}
${log === undefined ? undefined : html`<details class="small"><summary>The end of its log</summary><pre class="log" tabindex="0">${log}</pre></details>`}</li>
`;
}

function stepWord(status: ActionRecord['status']): readonly [string, string] {
  switch (status) {
    case 'ran':
    case 'cached':
      return ['passed', 'good'];
    case 'failed':
      return ['failed', 'bad'];
    case 'interrupted':
      return ['interrupted', 'warn'];
    case 'running':
      return ['running', 'busy'];
    case 'skipped':
    case 'waiting':
      return ['not run', ''];
  }
}

function timeText(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}
