import { ACTIONS, uses } from './pinned-actions.ts';

export interface WorkflowOptions {
  /** That is built when something is pushed to it. */
  readonly branch: string;
  /** The workspace's folder in the repository; empty where it is the repository. */
  readonly folder: string;
  /** How mobileops is called there. */
  readonly program: string;
  /** What brings it, in the workspace's folder. */
  readonly install: string;
}

/** The first line of what we write, by which it is known again. */
export const MADE_BY = '# Made by `mobileops ci generate github`; run it again to change this file.';

/** By name of the file in `.github/workflows`. */
export function githubWorkflows(options: WorkflowOptions): Readonly<Record<string, string>> {
  return { 'mobileops.yml': buildWorkflow(options), 'security.yml': securityWorkflow(options) };
}

function buildWorkflow(options: WorkflowOptions): string {
  const { branch, program } = options;
  return `${MADE_BY}
name: mobileops

on:
  push:
    branches: [${quoted(branch)}]
  pull_request:
    branches: [${quoted(branch)}]

# What nobody gives more than it needs.
permissions:
  contents: read

concurrency:
  group: mobileops-\${{ github.ref }}
  cancel-in-progress: \${{ github.event_name == 'pull_request' }}

jobs:
  pipeline:
    runs-on: ubuntu-latest
    timeout-minutes: 60
${inFolder(options)}    steps:
${setUp(options)}
      - name: Pipeline
        run: ${program} ci --report build-cache/ci/ci.xml --report build-cache/ci/ci.json
      - name: Reports
        if: always()
        ${uses(ACTIONS.uploadArtifact)}
        with:
          name: mobileops-reports
          path: |
            ${inside(options, 'build-cache/ci/')}
            ${inside(options, 'build-cache/test-reports/')}
          if-no-files-found: warn
          retention-days: 14
`;
}

function securityWorkflow(options: WorkflowOptions): string {
  const { branch, program } = options;
  return `${MADE_BY}
name: Supply chain security

on:
  push:
    branches: [${quoted(branch)}]
  pull_request:
    branches: [${quoted(branch)}]
  schedule:
    # Advisories appear while nothing is pushed.
    - cron: '17 4 * * 1'

permissions:
  contents: read

concurrency:
  group: supply-chain-\${{ github.ref }}
  cancel-in-progress: \${{ github.event_name == 'pull_request' }}

jobs:
  supply-chain:
    runs-on: ubuntu-latest
    timeout-minutes: 20
    permissions:
      contents: read
      # To show the findings beside the code.
      security-events: write
${inFolder(options)}    steps:
${setUp(options)}
      - name: Advisories
        run: ${program} scan --update
      - name: Released versions
        run: ${program} version check
      - name: Bill of materials
        run: ${program} sbom --format spdx --output sbom.spdx.json
      - name: Scan
        run: ${program} scan --format sarif --output scan.sarif
      - name: Findings
        # A pull request of a fork may not write them.
        if: always() && github.event.pull_request.head.repo.fork != true
        ${uses(ACTIONS.uploadSarif)}
        with:
          sarif_file: ${inside(options, 'scan.sarif')}
          category: mobileops
      - name: Bill of materials and findings
        if: always()
        ${uses(ACTIONS.uploadArtifact)}
        with:
          name: supply-chain
          path: |
            ${inside(options, 'sbom.spdx.json')}
            ${inside(options, 'scan.sarif')}
          if-no-files-found: warn
          retention-days: 30
`;
}

/** The commit with its history, Node, the cache by the lock, and the program. */
function setUp(options: WorkflowOptions): string {
  return `      - name: Sources
        ${uses(ACTIONS.checkout)}
        with:
          # Versions and changelogs are told from the history.
          fetch-depth: 0
          persist-credentials: false
      - name: Node
        ${uses(ACTIONS.setupNode)}
        with:
          node-version: '24'
      - name: Cache
        ${uses(ACTIONS.cache)}
        with:
          path: ~/.cache/mobileops
          key: mobileops-\${{ runner.os }}-\${{ runner.arch }}-\${{ hashFiles(${quoted(inside(options, 'mobileops.lock'))}) }}-\${{ github.sha }}
          restore-keys: |
            mobileops-\${{ runner.os }}-\${{ runner.arch }}-\${{ hashFiles(${quoted(inside(options, 'mobileops.lock'))}) }}-
            mobileops-\${{ runner.os }}-\${{ runner.arch }}-
      - name: Namespaces
        # Ubuntu lets no program make them; without them nothing is sandboxed, and RUN of a Dockerfile is refused.
        run: |
          limit=kernel.apparmor_restrict_unprivileged_userns
          if sysctl "$limit" >/dev/null 2>&1; then sudo sysctl -q -w "$limit=0"; fi
      - name: Program
        run: ${options.install}`;
}

function inFolder({ folder }: WorkflowOptions): string {
  return folder === '' ? '' : `    defaults:\n      run:\n        working-directory: ${quoted(folder)}\n`;
}

function inside({ folder }: WorkflowOptions, path: string): string {
  return folder === '' ? path : `${folder}/${path}`;
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
