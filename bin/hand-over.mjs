/** Runs the program again under the Node 24 of our own packages; signals and exit code are passed on. */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

function ownNode() {
  try {
    const name = `node-${process.platform}-${process.arch}/package.json`;
    const path = join(dirname(createRequire(import.meta.url).resolve(name)), 'bin', 'node');
    return existsSync(path) ? path : undefined;
  } catch {
    return undefined;
  }
}

export function runUnderNode24(program) {
  const node = ownNode();
  if (!node) {
    console.error(
      `mobileops needs Node 24 or newer; this is ${process.version}, and no other was installed with it.`,
    );
    return 3;
  }
  const child = spawn(node, [fileURLToPath(program), ...process.argv.slice(2)], { stdio: 'inherit' });
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(name, () => child.kill(name));
  return new Promise((resolve) => {
    child.on('close', (code, signal) => resolve(code ?? 128 + (constants.signals[signal] ?? 0)));
  });
}
