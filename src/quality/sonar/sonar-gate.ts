import { posix } from 'node:path';
import { fail, ok, type Result } from '../../base/index.ts';
import type { Host } from '../../host/index.ts';
import { isObject, listOf, textIn } from '../json.ts';
import type { Evidence, GateLine } from '../model.ts';
import { askSonar, type SonarServer } from './sonar-client.ts';

export interface SonarOptions {
  readonly host: Pick<Host, 'fs' | 'processes' | 'http' | 'clock' | 'env'>;
  /** Of the workspace. */
  readonly root: string;
  /** The project's key where `sonar-project.properties` names none. */
  readonly project: string;
  readonly signal: AbortSignal;
}

/** Below the workspace. */
const WORK = 'build-cache/sonar';
const SCANNER = 'sonar-scanner';
const POLL_MS = 1000;
/** Analyses are queued. */
const ANALYSIS_MS = 600_000;
const KEPT_LINES = 15;

/**
 * Drives SonarQube where SONAR_HOST_URL is set: its scanner sends the sources, its server analyses them, its quality gate decides.
 * The token goes to both by SONAR_TOKEN and stands in no argument.
 */
export async function sonarLines(options: SonarOptions): Promise<GateLine[]> {
  const { variables } = options.host.env;
  const url = variables.SONAR_HOST_URL;
  if (url === undefined || url === '') return [];
  const head = { gate: 'sonarqube' as const, subject: 'workspace', threshold: "the server's quality gate" };
  const evidence: Evidence[] = [{ tool: SCANNER, command: SCANNER, file: url }];
  const scanner = options.host.processes.which(SCANNER, variables.PATH ?? '');
  if (scanner === undefined) {
    const why = `SONAR_HOST_URL is set, and ${SCANNER} is not on PATH`;
    const details = ['install the SonarScanner CLI, or unset SONAR_HOST_URL'];
    return [{ ...head, status: 'not-measured', why, isMissing: true, evidence, details }];
  }
  const { http } = options.host;
  const server = { http, url, token: variables.SONAR_TOKEN, signal: options.signal };
  const judged = await judgedBySonar(options, { scanner, server });
  if (!judged.ok) return [{ ...head, status: 'not-measured', why: judged.failure, evidence, details: [] }];
  return [{ ...head, ...judged.value, evidence }];
}

type Judged = Pick<GateLine, 'status' | 'measured' | 'details'>;

async function judgedBySonar(
  options: SonarOptions,
  { scanner, server }: { readonly scanner: string; readonly server: SonarServer },
): Promise<Result<Judged, string>> {
  const task = await sendSources(options, scanner, server);
  if (!task.ok) return task;
  const analysis = await analysed(options, server, task.value);
  if (!analysis.ok) return analysis;
  const path = `/api/qualitygates/project_status?analysisId=${encodeURIComponent(analysis.value)}`;
  const answer = await askSonar(server, path);
  if (!answer.ok) return answer;
  const { projectStatus } = answer.value;
  const status = textIn(projectStatus, 'status');
  if (status === undefined) return fail('the server gave no status of the quality gate');
  // Without a gate nothing was judged.
  if (status === 'NONE') return fail('the project has no quality gate on the server');
  const conditions = listOf(isObject(projectStatus) ? projectStatus.conditions : undefined);
  const bad = conditions.filter((each) => textIn(each, 'status') === 'ERROR').map(conditionText);
  return ok({
    status: status === 'OK' ? 'passed' : 'failed',
    measured: `quality gate ${status}`,
    details: bad,
  });
}

function conditionText(condition: unknown): string {
  const of = (key: string): string => textIn(condition, key) ?? '?';
  return `${of('metricKey')} is ${of('actualValue')}, threshold ${of('comparator')} ${of('errorThreshold')}`;
}

/** The number of the server's task. */
async function sendSources(
  { host, root, project, signal }: SonarOptions,
  scanner: string,
  { url, token }: SonarServer,
): Promise<Result<string, string>> {
  const work = posix.join(root, WORK);
  host.fs.remove(work);
  const hasOwn = host.fs.lstat(posix.join(root, 'sonar-project.properties')) !== undefined;
  const own = [
    `-Dsonar.projectKey=${project}`,
    '-Dsonar.sources=.',
    '-Dsonar.exclusions=build-cache/**,dist/**,**/node_modules/**',
  ];
  const argv = [
    scanner,
    ...(hasOwn ? [] : own),
    `-Dsonar.host.url=${url}`,
    `-Dsonar.working.directory=${WORK}`,
  ];
  const run = await host.processes.run(argv, { cwd: root, env: host.env.variables, signal });
  if (run.code !== 0) {
    const text = Buffer.concat([run.stdout, run.stderr]).toString();
    const lines = text.trim().split('\n').slice(-KEPT_LINES).join('\n');
    return fail(
      `${SCANNER} ended with exit code ${run.code}: ${token ? lines.replaceAll(token, '***') : lines}`,
    );
  }
  const facts = host.fs.readTextIfExists(posix.join(work, 'report-task.txt'));
  const task = facts && /^ceTaskId=(\S+)$/m.exec(facts)?.[1];
  return task ? ok(task) : fail(`${SCANNER} left no ${WORK}/report-task.txt with a ceTaskId`);
}

/** The number of the analysis, once it is done. */
async function analysed(
  { host, signal }: SonarOptions,
  server: SonarServer,
  task: string,
): Promise<Result<string, string>> {
  const end = host.clock.monotonicMs() + ANALYSIS_MS;
  while (host.clock.monotonicMs() < end && !signal.aborted) {
    const answer = await askSonar(server, `/api/ce/task?id=${encodeURIComponent(task)}`);
    if (!answer.ok) return answer;
    const status = textIn(answer.value.task, 'status');
    const analysis = textIn(answer.value.task, 'analysisId');
    if (status === 'SUCCESS' && analysis !== undefined) return ok(analysis);
    if (status !== 'PENDING' && status !== 'IN_PROGRESS')
      return fail(`the analysis on the server: ${status ?? 'no status'}`);
    await host.clock.sleep(POLL_MS, signal);
  }
  return fail(`the server did not end its analysis within ${ANALYSIS_MS / 60_000} minutes`);
}
