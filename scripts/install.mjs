/**
 * What every script of this folder starts with: looks whether the machine has what it must, and brings `node_modules`
 * into step with `package-lock.json`. Plain JavaScript for Node 20, because it runs before anything is installed.
 */
import { spawn, spawnSync } from 'node:child_process';
import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { constants as osConstants } from 'node:os';
import { delimiter, join } from 'node:path';

export const ROOT = join(import.meta.dirname, '..');

/** The Node that runs our TypeScript; installed by npm like any other package. */
export const NODE = join(ROOT, 'node_modules', '.bin', 'node');

function which(name) {
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    const path = join(folder, name);
    try {
      accessSync(path, constants.X_OK);
      if (folder !== '' && statSync(path).isFile()) return path;
    } catch {
      // Not in this folder.
    }
  }
  return undefined;
}

function output(command, ...args) {
  const result = spawnSync(command, args, { encoding: 'utf8' });
  return result.status === 0 ? result.stdout + result.stderr : '';
}

function isAtLeast(text, major, minor) {
  const match = /(\d+)(?:\.(\d+))?/.exec(text);
  if (!match) return false;
  const found = [Number(match[1]), Number(match[2] ?? 0)];
  return found[0] > major || (found[0] === major && found[1] >= minor);
}

/** What a machine must have, with the Debian package that brings it. Without the first two nothing works at all. */
const NEEDED = [
  {
    name: 'Node 20 or newer',
    packages: 'nodejs',
    isVital: true,
    has: () => isAtLeast(process.versions.node, 20, 0),
  },
  { name: 'npm', packages: 'npm', isVital: true, has: () => which('npm') !== undefined },
  { name: 'git', packages: 'git', has: () => which('git') !== undefined },
  {
    name: 'Python 3.11 or newer',
    packages: 'python3',
    has: () => isAtLeast(output('python3', '--version').replace('Python', ''), 3, 11),
  },
  { name: 'pip', packages: 'python3-pip', has: () => output('python3', '-m', 'pip', '--version') !== '' },
  {
    name: 'a JDK 17 or newer (javac)',
    packages: 'openjdk-17-jdk-headless',
    has: () => isAtLeast(output('javac', '-version').replace('javac', ''), 17, 0),
  },
  { name: 'cc', packages: 'gcc libc6-dev', has: () => which('cc') !== undefined },
  { name: 'make', packages: 'make', has: () => which('make') !== undefined },
];

/** Asking Python, pip and Java takes a second, so a machine that had all is asked again when one of its programs changes. */
const KNOWN_MACHINE = join(ROOT, 'build-cache', 'machine.txt');
const PROGRAMS = ['node', 'npm', 'git', 'python3', 'javac', 'cc', 'make'];

function machineText() {
  const lines = PROGRAMS.map((name) => {
    const path = which(name);
    if (path === undefined) return name;
    const { size, ino, mtimeMs } = statSync(path);
    return `${path} ${size} ${ino} ${mtimeMs}`;
  });
  return [process.version, process.env.PATH, ...lines, ''].join('\n');
}

function readIfExists(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

function rememberMachine(machine) {
  try {
    mkdirSync(join(ROOT, 'build-cache'), { recursive: true });
    writeFileSync(KNOWN_MACHINE, machine);
  } catch {
    // In a checkout of somebody else it is asked each time.
  }
}

/** Names what is missing with the command that brings it. True when the build can be tried all the same. */
export function checkMachine() {
  const machine = machineText();
  if (readIfExists(KNOWN_MACHINE) === machine) return true;
  const missing = NEEDED.filter(({ has }) => !has());
  if (missing.length === 0) {
    rememberMachine(machine);
    return true;
  }
  console.error('This machine lacks:');
  for (const { name } of missing) console.error(`  ${name}`);
  const packages = missing.map((each) => each.packages).join(' ');
  console.error(`On Debian or Ubuntu this brings it: sudo apt-get install ${packages}`);
  const isVital = missing.some((each) => each.isVital);
  if (!isVital) console.error('Targets that need it will fail by name; the rest is built.\n');
  return !isVital;
}

/** True when npm's own record of what it installed says the same as `package-lock.json`. */
function isInstalled() {
  const record = join(ROOT, 'node_modules', '.package-lock.json');
  if (!existsSync(NODE) || !existsSync(record)) return false;
  const wanted = packagesOf(join(ROOT, 'package-lock.json'));
  const installed = packagesOf(record);
  const isThere = ([path, entry]) =>
    installed[path] ? installed[path].integrity === entry.integrity : entry.optional === true;
  return (
    Object.entries(wanted).every(([path, entry]) => path === '' || isThere([path, entry])) &&
    Object.keys(installed).every((path) => wanted[path] !== undefined)
  );
}

function packagesOf(path) {
  return JSON.parse(readFileSync(path, 'utf8')).packages;
}

/** Runs `npm ci` where it is needed; its output goes to standard error, because ours may be a document. */
export async function ensureInstalled() {
  if (isInstalled()) return;
  const release = await holdLock();
  try {
    if (isInstalled()) return;
    console.error('Installing what mobileops itself needs (npm ci)');
    const result = spawnSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
      cwd: ROOT,
      stdio: ['ignore', 2, 2],
    });
    if (result.status !== 0) {
      console.error('npm ci failed: the reason stands above. With it mended, run the command again.');
      process.exit(3);
    }
    if (!existsSync(NODE)) {
      console.error(`There is no Node 24 for ${process.platform} ${process.arch} among our packages.`);
      process.exit(3);
    }
  } finally {
    release();
  }
}

/** Two at once would remove each other's files: the second waits for the first. */
async function holdLock() {
  const folder = join(ROOT, 'build-cache');
  const path = join(folder, 'install.lock');
  mkdirSync(folder, { recursive: true });
  for (;;) {
    try {
      writeFileSync(path, String(process.pid), { flag: 'wx' });
      return () => rmSync(path, { force: true });
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
      const holder = Number(existsSync(path) ? readFileSync(path, 'utf8') : 0);
      if (holder > 0 && !isRunning(holder)) rmSync(path, { force: true });
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }
}

function isRunning(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

/** The environment without what `npm run` adds for its own scripts: a build must not depend on how it was started. */
export function plainEnvironment() {
  const own = /^(npm_(package|lifecycle|execpath|node_execpath|command)|npm_config_local_prefix$|INIT_CWD$)/;
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !own.test(name)));
  const isOurs = (folder) => /(^|\/)node_modules\/\.bin$|\/node-gyp-bin$/.test(folder);
  const path = (env.PATH ?? '').split(delimiter).filter((folder) => !isOurs(folder));
  return { ...env, PATH: path.join(delimiter) };
}

const PASSED_ON = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/** Runs a program in our place: its signals, its terminal, its exit code. */
export function handOver(argv, options = {}) {
  const child = spawn(argv[0], argv.slice(1), { stdio: 'inherit', env: plainEnvironment(), ...options });
  for (const name of PASSED_ON) process.on(name, () => child.kill(name));
  return new Promise((resolve) => {
    child.on('error', (error) => {
      console.error(`cannot start ${argv[0]}: ${error.message}`);
      resolve(3);
    });
    child.on('close', (code, signal) => resolve(code ?? 128 + (osConstants.signals[signal] ?? 0)));
  });
}
