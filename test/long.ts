/** Whether the suites that take minutes run too: only in .ci/full, so elsewhere their tests are not even named. */
export const isLong = process.env.MOBILEOPS_LONG === '1';
