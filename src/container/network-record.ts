/** What a command with the machine's network reached; JSON, kept beside its result. */
export type NetworkRecord =
  /** The kernel of the machine did not let us look. */
  | { readonly isRecorded: false; readonly reason: string }
  | {
      readonly isRecorded: true;
      /** Each address that a call named, answered or not, with how often. */
      readonly addresses: readonly ReachedAddress[];
      /** Where it waited for others. */
      readonly listened: readonly ReachedAddress[];
      /** Of DNS queries, as far as they were seen. */
      readonly names: readonly string[];
      /** Calls that could not be read, and addresses beyond the first thousand. */
      readonly missed: number;
    };

export interface ReachedAddress {
  /** `tcp`, `udp`, `unix` for a name of the machine's, and others. */
  readonly protocol: string;
  readonly host: string;
  readonly port?: number;
  readonly count: number;
}
