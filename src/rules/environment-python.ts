import {
  DEFAULT_RESOURCES,
  DEFAULT_TIMEOUT_MS,
  makeTree,
  type PlannedAction,
  type TreeExpression,
  treeFromFiles,
} from '../action/index.ts';
import { sha256 } from '../base/index.ts';
import { type Environment, toolEnvironment } from './environment.ts';
import type { LockedFile, RuleContext } from './rule.ts';

/** Where a target's Python environment stands in the sandbox: a virtual environment with `python` in `bin`. */
export const PYTHON_ENVIRONMENT = '/tools/python-env';

/**
 * A virtual environment of exactly these wheels, made once by an action that targets with equal wheels share; the
 * host's own Python packages are not seen. Without wheels it is the bare interpreter, and no action is needed.
 */
export function pythonEnvironment(
  context: Pick<RuleContext, 'toolchain'>,
  wheels: readonly LockedFile[],
): Environment {
  const python = context.toolchain('python');
  // The environment says itself where its interpreter's library is.
  const { PYTHONHOME: _, ...variables } = python.env;
  const interpreter = python.files.python ?? '/usr/bin/python3';
  const action = wheels.length > 0 ? installAction(context, wheels, interpreter) : undefined;
  const bare = bareEnvironment(interpreter);
  const tree: TreeExpression = action ? { kind: 'merge', of: [bare, installed(action)] } : bare;
  return {
    actions: action ? [action] : [],
    mounts: [...python.mounts, { at: PYTHON_ENVIRONMENT, tree, access: 'read-only' }],
    path: [`${PYTHON_ENVIRONMENT}/bin`],
    env: { ...variables, VIRTUAL_ENV: PYTHON_ENVIRONMENT },
  };
}

function bareEnvironment(interpreter: string): TreeExpression {
  const home = interpreter.slice(0, interpreter.lastIndexOf('/'));
  const content = `home = ${home}\ninclude-system-site-packages = false\n`;
  const links = ['python', 'python3'].map((name) => ({ name, target: interpreter }));
  const tree = makeTree({ directories: [{ name: 'bin', tree: makeTree({ symlinks: links }) }] });
  return {
    kind: 'merge',
    of: [
      { kind: 'tree', tree },
      { kind: 'literal', files: [{ path: 'pyvenv.cfg', content, isExecutable: false }] },
    ],
  };
}

/** What uv made beside what the wheels brought; it names the interpreter's version or the place. */
const NOT_OF_WHEELS = [
  'bin/python',
  'bin/python3',
  'bin/python3.*',
  'bin/activate',
  'bin/activate.{bat,csh,fish,nu,ps1,xsh}',
  'bin/activate_this.py',
  'bin/{deactivate,pydoc}.bat',
];

function installed(action: PlannedAction): TreeExpression {
  const of = { kind: 'at', of: { kind: 'output', action: action.id }, path: 'env' } as const;
  return { kind: 'filter', of, include: ['*/**'], exclude: NOT_OF_WHEELS };
}

/** Fixed text: wheels and interpreter come as files and arguments. */
const INSTALL = [
  'set -eu',
  'uv venv --quiet --no-project --relocatable --python "$1" env',
  'uv pip install --quiet --no-index --no-deps --no-build --find-links wheels --link-mode copy --python env/bin/python -r requirements.txt',
  // Where a wheel came from and when it was written, for a cache that there is not.
  'for about in env/lib/python*/site-packages/*.dist-info/uv_cache.json; do',
  '  if [ -e "$about" ]; then rm "$about" && sed -i "/\\/uv_cache\\.json,/d" "${about%/*}/RECORD"; fi',
  'done',
].join('\n');

function installAction(
  context: Pick<RuleContext, 'toolchain'>,
  wheels: readonly LockedFile[],
  interpreter: string,
): PlannedAction {
  const sorted = [...wheels].sort((a, b) => (a.file < b.file ? -1 : a.file > b.file ? 1 : 0));
  const content = sorted.map(({ name, version }) => `${name}==${version}\n`).join('');
  const blobs = sorted.map(
    ({ file, digest }) => [`wheels/${file}`, { digest, isExecutable: false }] as const,
  );
  const tree = treeFromFiles(new Map(blobs));
  const uv = toolEnvironment(context, ['uv', 'python']);
  const identity = `${tree.digest.hash} ${content} ${interpreter}`;
  return {
    id: `environment:python:${sha256(identity).slice(0, 16)}`,
    owner: undefined,
    mnemonic: 'PythonEnvironment',
    description: `install ${sorted.length} Python package${sorted.length === 1 ? '' : 's'}`,
    argv: ['bash', '-c', INSTALL, 'install', interpreter],
    env: {
      ...uv.env,
      PATH: uv.path.join(':'),
      UV_NO_CACHE: '1',
      UV_NO_CONFIG: '1',
      UV_OFFLINE: '1',
      UV_PYTHON_DOWNLOADS: 'never',
    },
    work: {
      kind: 'merge',
      of: [
        { kind: 'literal', files: [{ path: 'requirements.txt', content, isExecutable: false }] },
        { kind: 'tree', tree },
      ],
    },
    mounts: uv.mounts,
    outputs: ['env'],
    network: false,
    timeoutMs: DEFAULT_TIMEOUT_MS,
    resources: { ...DEFAULT_RESOURCES, memoryBytes: 2 * DEFAULT_RESOURCES.memoryBytes },
    staging: 'overlay',
    isCacheable: true,
  };
}
