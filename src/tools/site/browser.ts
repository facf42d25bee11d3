import type { LineProcess, Processes } from '../../host/index.ts';

/** Where distributions keep the program itself; what lies in /usr/bin is a script that reads files of /etc. */
export const CHROMIUM_PLACES = [
  '/usr/lib/chromium/chromium',
  '/usr/lib/chromium-browser/chromium-browser',
  '/usr/lib64/chromium-browser/chromium-browser',
];

const FLAGS = [
  '--headless=new',
  // The action's own sandbox is around it, which has no room for another.
  '--no-sandbox',
  '--disable-gpu',
  '--disable-dev-shm-usage',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-quic',
  '--disable-sync',
  '--no-first-run',
  '--hide-scrollbars',
  '--force-color-profile=srgb',
  '--remote-debugging-port=0',
];
const START_MS = 60_000;

type Parameters = Readonly<Record<string, unknown>>;
type Answer = Readonly<Record<string, unknown>>;
type Listener = (method: string, parameters: Answer) => void;

interface Message {
  readonly id?: number;
  readonly result?: Answer;
  readonly error?: { readonly message: string };
  readonly method?: string;
  readonly params?: Answer;
}

export interface BrowserOptions {
  readonly processes: Processes;
  readonly program: string;
  /** Private, and removed by the caller. */
  readonly profile: string;
}

/** One page of a Chromium, steered by the DevTools protocol: https://chromedevtools.github.io/devtools-protocol/ */
export class Browser {
  readonly #child: LineProcess;
  readonly #socket: WebSocket;
  readonly #asked = new Map<number, { resolve(value: Answer): void; reject(error: Error): void }>();
  readonly #listeners = new Set<Listener>();
  #session: string | undefined;
  #last = 0;

  private constructor(child: LineProcess, socket: WebSocket) {
    this.#child = child;
    this.#socket = socket;
    socket.addEventListener('message', ({ data }) => this.#take(JSON.parse(String(data)) as Message));
    socket.addEventListener('close', () => this.#end('the browser has ended'));
  }

  static async open({ processes, program, profile }: BrowserOptions): Promise<Browser> {
    let found: (address: string) => void = () => {};
    const address = new Promise<string>((resolve) => {
      found = resolve;
    });
    const words: string[] = [];
    const child = processes.startLines([program, ...FLAGS, `--user-data-dir=${profile}`, 'about:blank'], {
      env: { HOME: profile, TMPDIR: profile, LC_ALL: 'C.UTF-8', TZ: 'UTC', PATH: '' },
      timeoutMs: 10 * START_MS,
      onLine: () => {},
      onErrorLine: (line) => {
        words.push(line);
        const [, at] = /^DevTools listening on (ws:\S+)/.exec(line) ?? [];
        if (at) found(at);
      },
    });
    const ended = child.exit.then(() => undefined);
    const at = await Promise.race([address, ended]);
    if (at === undefined) throw new Error(`${program} did not start: ${words.slice(-3).join(' ')}`);
    const socket = new WebSocket(at);
    await new Promise((resolve, reject) => {
      socket.addEventListener('open', resolve);
      socket.addEventListener('error', () => reject(new Error(`${program} cannot be reached`)));
    });
    const browser = new Browser(child, socket);
    const { targetId } = await browser.send('Target.createTarget', { url: 'about:blank' });
    const { sessionId } = await browser.send('Target.attachToTarget', { targetId, flatten: true });
    browser.#session = String(sessionId);
    for (const domain of ['Page', 'Runtime', 'Log']) await browser.send(`${domain}.enable`);
    return browser;
  }

  send(method: string, params: Parameters = {}): Promise<Answer> {
    const id = ++this.#last;
    const session = this.#session === undefined ? {} : { sessionId: this.#session };
    return new Promise((resolve, reject) => {
      this.#asked.set(id, { resolve, reject });
      this.#socket.send(JSON.stringify({ id, method, params, ...session }));
    });
  }

  on(listener: Listener): void {
    this.#listeners.add(listener);
  }

  /** Opens an address; resolves when the page is loaded, and fails when it cannot be. */
  async goTo(url: string): Promise<void> {
    const loaded = new Promise<void>((resolve) => {
      const listener: Listener = (method) => {
        if (method !== 'Page.loadEventFired') return;
        this.#listeners.delete(listener);
        resolve();
      };
      this.#listeners.add(listener);
    });
    const { errorText } = await this.send('Page.navigate', { url });
    if (errorText !== undefined) throw new Error(String(errorText));
    await loaded;
  }

  /** The value of an expression, waited for. */
  async evaluate(expression: string): Promise<unknown> {
    const answer = await this.send('Runtime.evaluate', {
      expression,
      awaitPromise: true,
      returnByValue: true,
    });
    const { exceptionDetails, result } = answer as {
      exceptionDetails?: { exception?: { description?: string } };
      result?: { value?: unknown };
    };
    if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? 'the page threw');
    return result?.value;
  }

  async close(): Promise<void> {
    this.#child.kill('SIGKILL');
    this.#socket.close();
    await this.#child.exit;
  }

  #take({ id, result, error, method, params }: Message): void {
    if (id === undefined) {
      if (method !== undefined) for (const listener of this.#listeners) listener(method, params ?? {});
      return;
    }
    const asked = this.#asked.get(id);
    this.#asked.delete(id);
    if (error) asked?.reject(new Error(error.message));
    else asked?.resolve(result ?? {});
  }

  #end(reason: string): void {
    for (const { reject } of this.#asked.values()) reject(new Error(reason));
    this.#asked.clear();
  }
}
