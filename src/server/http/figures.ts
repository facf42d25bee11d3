import { compareTexts } from '../../base/index.ts';

type Labels = Readonly<Record<string, string>>;

/** Something counted or measured, in the text format of Prometheus (version 0.0.4). */
export interface Figure {
  readonly name: string;
  readonly help: string;
  readonly kind: 'counter' | 'gauge' | 'histogram';
  lines(): string[];
}

/** A count that rises, for each set of labels. */
export class Counter implements Figure {
  readonly kind = 'counter';
  readonly name: string;
  readonly help: string;
  readonly #values = new Map<string, number>();

  constructor(name: string, help: string) {
    this.name = name;
    this.help = help;
  }

  add(labels: Labels, by = 1): void {
    const key = labelsText(labels);
    this.#values.set(key, (this.#values.get(key) ?? 0) + by);
  }

  lines(): string[] {
    return [...this.#values].map(([labels, value]) => `${this.name}${labels} ${value}`);
  }
}

/** What something is when it is asked for. */
export class Gauge implements Figure {
  readonly kind = 'gauge';
  readonly name: string;
  readonly help: string;
  readonly #read: () => number;

  constructor(name: string, help: string, read: () => number) {
    this.name = name;
    this.help = help;
    this.#read = read;
  }

  lines(): string[] {
    return [`${this.name} ${this.#read()}`];
  }
}

interface Distribution {
  readonly counts: number[];
  sum: number;
  count: number;
}

/** How values are spread over bounds, for each set of labels. */
export class Histogram implements Figure {
  readonly kind = 'histogram';
  readonly name: string;
  readonly help: string;
  readonly #bounds: readonly number[];
  readonly #values = new Map<string, Distribution & { readonly labels: Labels }>();

  constructor(name: string, help: string, bounds: readonly number[]) {
    this.name = name;
    this.help = help;
    this.#bounds = bounds;
  }

  observe(labels: Labels, value: number): void {
    const key = labelsText(labels);
    let at = this.#values.get(key);
    if (!at) {
      at = { labels, counts: this.#bounds.map(() => 0), sum: 0, count: 0 };
      this.#values.set(key, at);
    }
    at.sum += value;
    at.count += 1;
    const bound = this.#bounds.findIndex((each) => value <= each);
    if (bound >= 0) at.counts[bound]! += 1;
  }

  lines(): string[] {
    return [...this.#values.values()].flatMap(({ labels, counts, sum, count }) => {
      let below = 0;
      const buckets = this.#bounds.map((bound, at) => {
        below += counts[at]!;
        return `${this.name}_bucket${labelsText({ ...labels, le: String(bound) })} ${below}`;
      });
      return [
        ...buckets,
        `${this.name}_bucket${labelsText({ ...labels, le: '+Inf' })} ${count}`,
        `${this.name}_sum${labelsText(labels)} ${sum}`,
        `${this.name}_count${labelsText(labels)} ${count}`,
      ];
    });
  }
}

/** All figures of a server, as one text. */
export class Figures {
  readonly #all = new Map<string, Figure>();

  add<F extends Figure>(figure: F): F {
    this.#all.set(figure.name, figure);
    return figure;
  }

  text(): string {
    const parts = [...this.#all.values()]
      .sort((a, b) => compareTexts(a.name, b.name))
      .flatMap((figure) => [
        `# HELP ${figure.name} ${figure.help.replace(/\\/g, '\\\\').replace(/\n/g, '\\n')}`,
        `# TYPE ${figure.name} ${figure.kind}`,
        ...figure.lines(),
      ]);
    return `${parts.join('\n')}\n`;
  }
}

function labelsText(labels: Labels): string {
  const pairs = Object.entries(labels).map(
    ([name, value]) => `${name}="${value.replace(/\\/g, '\\\\').replace(/"/g, '\\"').replace(/\n/g, '\\n')}"`,
  );
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}
