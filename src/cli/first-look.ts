/** Apart, so that it is a small piece of the bundle and loads long before the rest. */
export { beginLook } from '../build/index.ts';
