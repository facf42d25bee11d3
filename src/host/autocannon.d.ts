/** The part of autocannon that is used here; it has no types of its own. */
declare module 'autocannon' {
  interface Instance {
    on(
      event: 'response',
      listener: (client: unknown, status: number, bytes: number, ms: number) => void,
    ): void;
    stop(): void;
  }
  interface Options {
    readonly url: string;
    readonly connections: number;
    /** Seconds. */
    readonly duration: number;
    /** Seconds. */
    readonly timeout: number;
  }
  interface Totals {
    /** Connections that broke and requests that got no answer in time. */
    readonly errors: number;
  }
  export default function autocannon(
    options: Options,
    done: (error: Error | null, totals: Totals) => void,
  ): Instance;
}
