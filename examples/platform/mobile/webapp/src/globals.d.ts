/** Written into the page by vite.config.ts. */
declare const __BUILD__: { readonly version: string; readonly number: string; readonly commit: string };

declare module '#model' {
  const model: import('./inference.ts').Model;
  export default model;
}
