/** The bare commands by `sh -c`, as many at once as there are processors: what no tool can be faster than from Node. */
import { spawn } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';

const [, , command, jobs, below] = process.argv;
const waiting = readdirSync(below).map((name) => `${below}/${name}`);
const count = waiting.length;
const next = async () => {
  for (let cwd = waiting.pop(); cwd !== undefined; cwd = waiting.pop()) {
    await new Promise((resolve, reject) => {
      const child = spawn('sh', ['-c', command], { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
      child.stdout.resume();
      child.stderr.resume();
      child.on('error', reject);
      child.on('close', (code) => (code === 0 ? resolve() : reject(new Error(`${cwd}: exit ${code}`))));
    });
  }
};
await Promise.all(Array.from({ length: Number(jobs) || availableParallelism() }, next));
console.log(`${count} ran`);
