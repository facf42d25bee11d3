/** The platform on the network: a server that takes telemetry, says how the platform is and serves
 * the status page, and a client that retries with patience. The inference engine is a process of its
 * own, reached over HTTP; `main.ts` starts the server from the environment. */
export { type Engine, engineAt, type Judgement } from './engine.js';
export { type Fetching, fetchWithRetry, retryDelayMs } from './retry.js';
export { parseSample, type Sample, type Signal } from './sample.js';
export { type Numbered, SampleHistory } from './sample-history.js';
export { createPlatformServer, type PlatformOptions } from './server.js';
