/** How a feature is stubbed out, and which test must fail by an assertion then: see mutated.test.ts. */
export interface Mutation {
  /** The row of docs/promises.md: how its first cell begins, as written there. */
  readonly promise: string;
  /** What is gone. It names the mutation: `node test/promise-mutations/try.ts NAME…`. */
  readonly feature: string;
  /** What is changed, relative to the repository; `from` stands there once. */
  readonly file: string;
  readonly from: string;
  readonly to: string;
  /** The test that must fail, one of those that the row names. */
  readonly test: string;
  readonly title: string;
}
