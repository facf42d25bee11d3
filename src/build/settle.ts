import type { PlannedAction, Tree } from '../action/index.ts';
import {
  type Diagnostic,
  type Digest,
  formatDigest,
  formatLabel,
  type Label,
  ok,
  type Result,
} from '../base/index.ts';
import type { DeclaredArtifact, Remark, RulePlan, ToolName } from '../rules/index.ts';
import type { ActionOutcome, ActionRun } from './action-run.ts';
import {
  type ArtifactOptions,
  type ArtifactResult,
  badArtifact,
  keepArtifact,
  putArtifact,
  removeArtifacts,
} from './artifacts.ts';
import { lintOutcome, loadOutcome } from './check-outcomes.ts';
import type { DistOwners } from './dist-owners.ts';
import type { TargetNote } from './explanations.ts';
import { noDeviceInChecks, remarkNotes, type TargetRemark } from './notes.ts';
import type {
  BuildOutcome,
  BuiltArtifact,
  CheckOutcome,
  ReadyDeviceTest,
  TargetOutcome,
  TestOutcome,
} from './outcome.ts';
import { keyOf, type PlannedTarget, type PlanningInput } from './planner.ts';
import type { SettleOptions } from './settle-options.ts';
import type { ArtifactMemo, TargetMemo } from './state.ts';
import { isDone, readOutput, testOutcomes } from './test-outcomes.ts';
import { Troubles } from './troubles.ts';

export interface SettleInput {
  readonly planned: ReadonlyMap<string, PlannedTarget>;
  readonly run: ActionRun;
  readonly input: PlanningInput;
  readonly diagnostics: readonly Diagnostic[];
  readonly owners: DistOwners;
  readonly seesMachine: (action: PlannedAction) => boolean;
}

export interface Settled extends Omit<BuildOutcome, 'durationMs'> {
  /** The store turned out to lack something: the build has to be gone through again. */
  readonly isLost: boolean;
}

/** What came of each target once its actions have run: exports, artifacts in `dist/`, and the memory of both. */
export async function settle(options: SettleOptions, given: SettleInput): Promise<Settled> {
  const settlement = new Settlement(options, given);
  for (const planned of given.planned.values()) await settlement.target(planned);
  return settlement.result();
}

class Settlement {
  readonly #options: SettleOptions;
  readonly #place: ArtifactOptions;
  readonly #given: SettleInput;
  readonly #targets: TargetOutcome[] = [];
  readonly #artifacts: BuiltArtifact[] = [];
  readonly #tests: TestOutcome[] = [];
  readonly #deviceTests: ReadyDeviceTest[] = [];
  readonly #checks: CheckOutcome[] = [];
  readonly #diagnostics: Diagnostic[];
  readonly #remarked: TargetRemark[] = [];
  readonly #exports = new Map<string, Digest>();
  readonly #troubles: Troubles;
  #isLost = false;
  #isInputWrong = false;
  #isMissing = false;

  constructor(options: SettleOptions, given: SettleInput) {
    this.#options = options;
    const { host, cas, root, intact } = options;
    this.#place = { fs: host.fs, cas, root, intact };
    this.#given = given;
    this.#troubles = new Troubles(options.state);
    this.#diagnostics = [...given.diagnostics];
    this.#isMissing = given.diagnostics.some(
      ({ severity, cause }) => severity === 'error' && cause === 'environment',
    );
    this.#isLost = [...given.run.outcomes.values()].some(({ failure }) => failure?.kind === 'lost-input');
  }

  async target(planned: PlannedTarget): Promise<void> {
    const label = formatLabel(planned.target.label);
    if (planned.kind === 'refused') this.#refuse(label, planned.diagnostics);
    else if (planned.kind === 'blocked') this.#block(label, planned.by);
    else if (planned.kind === 'unchanged') this.#keep(label, planned);
    else await this.#finish(label, planned);
  }

  #add(label: string, status: TargetOutcome['status'], durationMs = 0): void {
    this.#targets.push({ label, status, durationMs });
    this.#troubles.set(label, status === 'failed' || status === 'skipped');
  }

  #note(label: string, kind: TargetNote['kind'], reasons: readonly string[]): void {
    this.#options.explanations.note(label, { kind, time: this.#options.host.clock.now(), reasons });
  }

  #block(label: string, by: Label): void {
    this.#note(label, 'skipped', [`it needs ${formatLabel(by)}, which could not be built`]);
    this.#add(label, 'skipped');
  }

  #refuse(label: string, diagnostics: readonly Diagnostic[]): void {
    for (const diagnostic of diagnostics) {
      if (!this.#diagnostics.includes(diagnostic)) this.#diagnostics.push(diagnostic);
      if (diagnostic.severity === 'error' && diagnostic.cause === 'environment') this.#isMissing = true;
      else if (diagnostic.severity === 'error') this.#isInputWrong = true;
    }
    const errors = diagnostics.filter(({ severity }) => severity === 'error');
    this.#note(
      label,
      'refused',
      errors.map(({ code, message }) => `${code}: ${message}`),
    );
    this.#add(label, 'failed');
  }

  #keep(label: string, planned: Extract<PlannedTarget, { kind: 'unchanged' }>): void {
    this.#exports.set(label, planned.exports);
    const first = this.#artifacts.length;
    const memos = this.#take(
      planned.memo.artifacts.map((memo) => keepArtifact(this.#place, planned.target.label, memo)),
    );
    if (memos?.some((memo, index) => memo !== planned.memo.artifacts[index])) {
      this.#options.state.rememberTarget(label, { ...planned.memo, artifacts: memos });
    }
    this.#explainKept(label, this.#artifacts.slice(first));
    const { remarks = [] } = planned.memo;
    this.#remarked.push(...remarks.map((remark) => ({ label, remark })));
    this.#add(label, memos ? 'up-to-date' : 'failed');
  }

  #explainKept(label: string, artifacts: readonly BuiltArtifact[]): void {
    const restored = artifacts.filter(({ status }) => status === 'restored');
    const reasons = restored.map(({ path }) => `${path} was missing or not as it was left`);
    if (reasons.length > 0) this.#note(label, 'restored', reasons);
    else if (this.#troubles.had(label)) {
      this.#note(label, 'as-before', [
        'all it depends on was again as in its last good build, whose results stand',
      ]);
    }
  }

  async #finish(label: string, planned: Extract<PlannedTarget, { kind: 'planned' }>): Promise<void> {
    const { run } = this.#given;
    const { plan, target } = planned;
    this.#diagnostics.push(...plan.diagnostics);
    const asked = plan.actions.filter(({ id, owner }) => owner || run.outcomes.has(id));
    const outcomes = asked.map(({ id }) => run.outcomes.get(id));
    const durationMs = outcomes.reduce((sum, outcome) => sum + (outcome?.durationMs ?? 0), 0);
    this.#remember(outcomes);
    this.#collectTests(label, planned);
    this.#collectChecks(label, planned);
    if (outcomes.some((outcome) => outcome?.output === undefined || outcome.status === 'failed')) {
      const failed = outcomes.some((outcome) => outcome?.status === 'failed');
      return this.#add(label, failed ? 'failed' : 'skipped', durationMs);
    }
    const exports = run.evaluate(plan.exports);
    if (typeof exports === 'string') return this.#fail(label, exports);
    const remarks = this.#remarks(plan.remarks);
    const memos = await this.#putArtifacts(label, target.label, plan.artifacts);
    if (!memos) return this.#add(label, 'failed', durationMs);
    if (!(await this.#collectDeviceTests(label, planned))) return this.#add(label, 'failed', durationMs);
    const tests = plan.tests.flatMap(({ action, needs = [] }) => [action.id, ...needs.map(({ id }) => id)]);
    this.#options.explanations.settle(label, new Set([...plan.actions.map(({ id }) => id), ...tests]));
    this.#exports.set(label, this.#options.cas.putTree(exports));
    this.#memorise(label, planned, { exports, artifacts: memos, remarks });
    this.#remarked.push(...remarks.map((remark) => ({ label, remark })));
    this.#add(
      label,
      outcomes.some((outcome) => outcome?.status === 'ran') ? 'built' : 'up-to-date',
      durationMs,
    );
  }

  async #putArtifacts(
    label: string,
    owner: Label,
    declared: readonly DeclaredArtifact[],
  ): Promise<ArtifactMemo[] | undefined> {
    const before = this.#options.state.targets[label]?.artifacts ?? [];
    const results: ArtifactResult[] = [];
    const troubledKeys = new Set<string>();
    for (const artifact of declared) {
      const tree = this.#given.run.evaluate(artifact.tree);
      if (typeof tree === 'string') {
        results.push({ kind: 'refused', diagnostic: badArtifact(`artifact ${artifact.name}: ${tree}`) });
        continue;
      }
      const key = signingKeyOf(artifact.signing);
      // What is wrong with a key was said of all that it signs.
      if (troubledKeys.has(key)) continue;
      const made = await this.#signed(artifact, tree, declared);
      if (made.ok) {
        const known = before.find(({ path }) => path === artifact.path);
        results.push(putArtifact(this.#place, owner, { declared: artifact, ...made.value, before: known }));
        continue;
      }
      results.push({ kind: 'refused', diagnostic: made.failure });
      if (artifact.signing && made.failure.cause === 'input') troubledKeys.add(key);
    }
    const memos = this.#take(results);
    if (memos) this.#removeOld(label, before, memos);
    return memos;
  }

  async #signed(
    artifact: DeclaredArtifact,
    tree: Tree,
    declared: readonly DeclaredArtifact[],
  ): Promise<
    Result<{ readonly tree: Tree } & Pick<ArtifactMemo, 'contentSha256' | 'validUntilMs'>, Diagnostic>
  > {
    const { signing, path } = artifact;
    if (!signing && !/\.(?:apk|aab)$/.test(path)) return ok({ tree });
    const { signArtifact, unsignedContent } = await import('./sign-artifact.ts');
    if (!signing) return ok({ tree, ...unsignedContent(this.#options.cas, tree) });
    const options = { ...this.#options, toolchain: this.#given.input.toolchain };
    const key = signingKeyOf(signing);
    const others = declared.filter((each) => each !== artifact && signingKeyOf(each.signing) === key);
    const signed = await signArtifact(options, signing, {
      path: `dist/${path}`,
      tree,
      others: others.map((each) => `dist/${each.path}`),
    });
    if (!signed.ok) return signed;
    this.#diagnostics.push(...signed.value.diagnostics);
    return signed;
  }

  #take(results: readonly ArtifactResult[]): ArtifactMemo[] | undefined {
    for (const result of results) {
      if (result.kind === 'done') this.#artifacts.push(result.built);
      else if (result.kind === 'lost') this.#isLost = true;
      else this.#refuseArtifact(result.diagnostic);
    }
    const memos = results.flatMap((result) => (result.kind === 'done' ? [result.memo] : []));
    return memos.length === results.length ? memos : undefined;
  }

  #refuseArtifact(diagnostic: Diagnostic): void {
    this.#diagnostics.push(diagnostic);
    if (diagnostic.cause === 'input') this.#isInputWrong = true;
  }

  /** Paths that were this target's and are nobody's now. */
  #removeOld(label: string, before: readonly ArtifactMemo[], now: readonly ArtifactMemo[]): void {
    const paths = new Set(now.map(({ path }) => path));
    const old = before.map(({ path }) => path).filter((path) => !paths.has(path));
    removeArtifacts(
      this.#place,
      old.filter((path) => !this.#given.owners.isAnothers(path, label)),
    );
  }

  #fail(label: string, message: string): void {
    this.#diagnostics.push(badArtifact(`${label}: ${message}`));
    this.#add(label, 'failed');
  }

  #remember(outcomes: readonly (ActionOutcome | undefined)[]): void {
    for (const outcome of outcomes) {
      if (outcome?.status === 'ran')
        this.#options.state.rememberDuration(outcome.planned.id, outcome.durationMs);
    }
  }

  #memorise(
    label: string,
    planned: Extract<PlannedTarget, { kind: 'planned' }>,
    result: Pick<TargetMemo, 'artifacts'> & { readonly exports: Tree; readonly remarks: readonly Remark[] },
  ): void {
    const isRepeatable = planned.plan.actions.every(({ isCacheable }) => isCacheable);
    const hasWarnings = planned.plan.diagnostics.length > 0;
    const needs = planned.target.needs.map(
      ({ label: need }) => [need, this.#exports.get(formatLabel(need))] as const,
    );
    const known = needs.filter((pair): pair is readonly [Label, Digest] => pair[1] !== undefined);
    const seesMachine = planned.plan.actions.some((action) => this.#given.seesMachine(action));
    const key =
      isRepeatable && !hasWarnings && known.length === needs.length
        ? keyOf(this.#given.input, { spec: planned.spec, needs: known, seesMachine })
        : '';
    const memo: TargetMemo = {
      key,
      observations: planned.observations,
      requirements: planned.requirements,
      exports: formatDigest(result.exports.digest),
      artifacts: result.artifacts,
      actions: planned.plan.actions.length,
      seesMachine,
      ...(result.remarks.length > 0 ? { remarks: result.remarks } : {}),
    };
    this.#options.state.rememberTarget(label, memo);
  }

  /** Of what lies in the store; a file that it lost is made again with the rest. */
  #remarks(expression: RulePlan['remarks']): readonly Remark[] {
    const tree = expression && this.#given.run.evaluate(expression);
    const file = typeof tree === 'object' ? tree.files[0] : undefined;
    const bytes = file && this.#options.cas.get(file.digest);
    if (file && !bytes) this.#isLost = true;
    return bytes ? (JSON.parse(Buffer.from(bytes).toString()) as Remark[]) : [];
  }

  #collectTests(label: string, { plan }: Extract<PlannedTarget, { kind: 'planned' }>): void {
    const { run } = this.#given;
    this.#remember(plan.tests.map(({ action }) => run.outcomes.get(action.id)));
    this.#tests.push(...testOutcomes(label, plan.tests, { run, cas: this.#options.cas }));
    const isLeft = this.#options.request.checks && plan.tests.some(({ device }) => device);
    if (isLeft) this.#diagnostics.push(noDeviceInChecks(label));
  }

  /** Signed as the app was, which is in `dist/` by now; whether that could be done. */
  async #collectDeviceTests(
    label: string,
    { plan }: Extract<PlannedTarget, { kind: 'planned' }>,
  ): Promise<boolean> {
    let isReady = true;
    for (const { action, device } of plan.tests) {
      const outcome = device && this.#given.run.outcomes.get(action.id);
      if (!device || !outcome || !isDone(outcome)) continue;
      const { deviceApk } = await import('./device-apk.ts');
      const options = { ...this.#options, toolchain: this.#given.input.toolchain };
      const ready = await deviceApk(options, { label, action, device, outcome });
      if (ready.ok) this.#deviceTests.push(ready.value);
      else this.#refuseArtifact(ready.failure);
      isReady &&= ready.ok;
    }
    return isReady;
  }

  #collectChecks(label: string, { target, checks, plan }: Extract<PlannedTarget, { kind: 'planned' }>): void {
    if (!checks) return;
    const { sources, notLinted } = checks;
    const given = {
      outcomeOf: (id: string) => this.#given.run.outcomes.get(id),
      read: (outcome: ActionOutcome, path: string) => readOutput(this.#options.cas, outcome, path),
      toolProblems: (name: ToolName) => this.#given.input.toolProblems(name),
    };
    const lints = checks.lints.map((lint) => lintOutcome(lint, given));
    const load = plan.service ? { load: loadOutcome(plan.service, given) } : {};
    this.#checks.push({ label, directory: target.directory, sources, notLinted, lints, ...load });
  }

  result(): Settled {
    this.#troubles.save();
    const outcomes = [...this.#given.run.outcomes.values()];
    const count = (status: ActionOutcome['status']): number =>
      outcomes.filter((outcome) => outcome.status === status).length;
    const upToDate = this.#targets.filter(({ status }) => status === 'up-to-date').length;
    const counts = {
      ran: count('ran'),
      cached: count('cached'),
      // What was interrupted did not fail.
      failed: outcomes.filter(({ status, failure }) => status === 'failed' && failure?.kind !== 'interrupted')
        .length,
      skipped: count('skipped'),
      upToDate,
    };
    const isFailed =
      counts.failed > 0 || this.#targets.some(({ status }) => status === 'failed' || status === 'skipped');
    const exitCode = counts.failed > 0 ? 1 : this.#isInputWrong ? 2 : this.#isMissing ? 3 : isFailed ? 1 : 0;
    return {
      exitCode,
      isLost: this.#isLost,
      diagnostics: [...this.#diagnostics, ...remarkNotes(this.#remarked)],
      targets: this.#targets,
      artifacts: this.#artifacts,
      tests: this.#tests,
      ...(this.#deviceTests.length > 0 ? { deviceTests: this.#deviceTests } : {}),
      ...(this.#options.request.checks ? { checks: this.#checks } : {}),
      counts,
    };
  }
}

/** Names a key; empty where nothing is signed. */
function signingKeyOf(signing: DeclaredArtifact['signing']): string {
  return signing ? `${signing.storeFile}\n${signing.keyAlias}\n${signing.keyKind}` : '';
}
