import type { BridgeMethod, BridgeType } from '../../config/index.ts';

const TYPES: Readonly<Record<BridgeType, string>> = { text: 'string', number: 'number', boolean: 'boolean' };

/** The TypeScript module by which a site calls the hybrid app that shows it; `undefined` in a browser. */
export function bridgeModule(methods: readonly BridgeMethod[]): string {
  const members = methods.map(({ name, parameters, returns }) => {
    const list = parameters.map((each) => `${each.name}: ${TYPES[each.type]}`).join(', ');
    return `  ${name}(${list}): Promise<${returns ? TYPES[returns] : 'void'}>;\n`;
  });
  const calls = methods.map(({ name, parameters }) => {
    const names = parameters.map((each) => each.name).join(', ');
    return `    ${name}: (${names}) => $call('${name}', [${names}]),\n`;
  });
  return `// Made by mobileops from \`web.bridge\` in build.yaml; what is changed here is lost.

/** What the app answers to; an answer that fails rejects with the app's words. */
export interface NativeBridge {
${members.join('')}}

interface Waiting {
  readonly resolve: (value: never) => void;
  readonly reject: (error: Error) => void;
}

function bridgeOver(port: MessagePort): NativeBridge {
  const waiting = new Map<number, Waiting>();
  let last = 0;
  port.onmessage = ({ data }: MessageEvent<string>) => {
    const answer = JSON.parse(data) as { id: number; result?: unknown; error?: string };
    const asked = waiting.get(answer.id);
    waiting.delete(answer.id);
    if (answer.error === undefined) asked?.resolve(answer.result as never);
    else asked?.reject(new Error(answer.error));
  };
  const $call = <T>(method: string, values: unknown[]): Promise<T> =>
    new Promise((resolve, reject) => {
      const id = ++last;
      waiting.set(id, { resolve, reject });
      port.postMessage(JSON.stringify({ id, method, arguments: values }));
    });
  return {
${calls.join('')}  };
}

/** The app that shows this page; \`undefined\` in a browser. The port comes once the page is loaded. */
export const nativeBridge: Promise<NativeBridge | undefined> = new Promise((resolve) => {
  if (location.hostname !== 'appassets.androidplatform.net') return resolve(undefined);
  addEventListener('message', function take(event: MessageEvent) {
    // The app is no window, so its messages have no source; those of every frame have one.
    if (event.source !== null || event.data !== 'mobileops native bridge' || !event.ports[0]) return;
    removeEventListener('message', take);
    event.stopImmediatePropagation();
    resolve(bridgeOver(event.ports[0]));
  });
});
`;
}
