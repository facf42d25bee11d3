/**
 * The bench of images: our builder and its peers at the same Dockerfiles over the same files, in one run, and pushes and
 * pulls. What it measures stands in `bench/README.md`; the results go into `bench/RESULTS.md`.
 */
import { BuildBench } from './images/build-bench.ts';
import { type ImageBenchOptions, readOptions, USAGE } from './images/options.ts';
import { installImagePeers } from './images/peers.ts';
import { imageReport } from './images/report.ts';
import { ImageResults } from './images/results.ts';
import { benchTransfers } from './images/transfer-bench.ts';
import { writeSection } from './results-file.ts';

// Servers and folders go in handlers of `exit`.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => process.exit(1));

const options = readOptions(process.argv.slice(2));
if (options) await run(options);
else console.log(USAGE);

async function run(options: ImageBenchOptions): Promise<void> {
  const programs = installImagePeers();
  const results = new ImageResults(options.size);
  const tools = options.tools.filter((tool) => {
    const missing = tool.missing(programs);
    if (missing === undefined) results.versions.set(tool.name, tool.version(programs));
    else results.notRun.push(`${tool.name}: ${missing}`);
    return missing === undefined;
  });
  const command = ['node bench/images.ts', ...process.argv.slice(2)].join(' ');
  for (const job of options.jobs) {
    try {
      if (job === 'transfer') await benchTransfers({ options, programs, results });
      else await new BuildBench(job, { options, tools, programs, results }).run();
    } catch (error) {
      results.noteFailure(job, error);
    }
    // An interrupt may have ended a child first: its handler gets its turn before anything is written.
    await new Promise((resolve) => setTimeout(resolve, 20));
    // After each job, so that a long run that ends early leaves what it had.
    if (options.writes) writeSection('images', imageReport(results, command));
  }
  if (!options.writes) console.log(imageReport(results, command));
}
