import type { PlannedAction, TreeExpression } from '../../action/index.ts';
import type { ScriptsSpec } from '../../config/index.ts';
import { EMPTY_ENVIRONMENT, ownCommand, toolEnvironment } from '../environment.ts';
import { inputSources } from '../input-sources.ts';
import { type DeclaredArtifact, DIST_CLASS, type Rule, type RuleContext } from '../rule.ts';
import { stepAction } from '../step.ts';

/**
 * The platform's shell scripts: checked together, so that one run shows every problem, made executable, and packed
 * as in the document (`scripts/…` in `mobileops-scripts-<version>.tar.gz`).
 */
export const scriptsRule: Rule<ScriptsSpec> = (context) => {
  const sources = inputSources(context);
  const scripts = sources.paths.filter((path) => path.endsWith('.sh'));
  if (scripts.length === 0) {
    return { actions: [], tests: [], artifacts: [], exports: { kind: 'merge', of: [] }, diagnostics: [] };
  }
  const check = checkAction(context, { kind: 'tree', tree: sources.tree }, scripts);
  const checked: TreeExpression = { kind: 'output', action: check.id };
  const pack = packAction(context, checked);
  const tree: TreeExpression = { kind: 'at', of: checked, path: 'scripts' };
  return {
    actions: [check, pack],
    tests: [],
    artifacts: [
      { name: 'scripts', type: 'data', path: DIST_CLASS.scripts, tree, isFile: false },
      archiveArtifact(context, pack),
    ],
    exports: tree,
    diagnostics: [],
  };
};

/** All problems of all scripts, then the verdict. Syntax errors and errors of shellcheck fail; its warnings are shown. */
const CHECK = `
failed=0
for script in "$@"; do
  bash -n "$script" || failed=1
done
report=$(shellcheck --format=gcc --severity=warning "$@")
status=$?
[ -z "$report" ] || printf '%s\\n' "$report"
if [ "$status" -gt 1 ]; then failed=1; fi
case "$report" in *': error: '*) failed=1 ;; esac
[ "$failed" = 0 ] || exit 1
chmod 0755 "$@"
`.trimStart();

function checkAction(
  context: RuleContext<ScriptsSpec>,
  sources: TreeExpression,
  scripts: readonly string[],
): PlannedAction {
  const paths = scripts.map((path) => `scripts/${path}`);
  return stepAction(context, {
    name: 'check',
    mnemonic: 'Shellcheck',
    description: `check ${scripts.length} script${scripts.length === 1 ? '' : 's'}`,
    argv: ['bash', '-c', CHECK, 'check', ...paths],
    work: { kind: 'under', of: sources, path: 'scripts' },
    environment: toolEnvironment(context, ['bash', 'shellcheck']),
    outputs: ['scripts'],
  });
}

function packAction(context: RuleContext<ScriptsSpec>, checked: TreeExpression): PlannedAction {
  const args = ['--format', 'tar.gz', '--out', 'scripts.tar.gz', '--prefix', 'scripts/', 'scripts'];
  const command = ownCommand(context, 'archive', args);
  const action = stepAction(context, {
    name: 'pack',
    mnemonic: 'Archive',
    description: 'pack scripts',
    argv: command.argv,
    work: checked,
    environment: { ...EMPTY_ENVIRONMENT, mounts: command.mounts },
    outputs: ['scripts.tar.gz'],
  });
  return { ...action, ...(command.programs ? { programs: command.programs } : {}) };
}

/** The version stands in the file's name alone, so that a new one packs nothing again. */
function archiveArtifact({ settings }: RuleContext<ScriptsSpec>, pack: PlannedAction): DeclaredArtifact {
  return {
    name: 'mobileops-scripts',
    type: 'tarball',
    path: `mobileops-scripts-${settings.stamp.version}.tar.gz`,
    tree: { kind: 'output', action: pack.id },
    isFile: true,
  };
}
