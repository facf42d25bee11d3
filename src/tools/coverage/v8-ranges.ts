/** Of V8's report on one script: functions, each with ranges inside each other, the first of them the whole function. */
export interface ScriptCoverage {
  readonly url: string;
  readonly functions: readonly {
    readonly ranges: readonly {
      readonly startOffset: number;
      readonly endOffset: number;
      readonly count: number;
    }[];
  }[];
}

/** Offsets at which it changes whether code ran, in order; the first is 0. Offsets are UTF-16 code units. */
export interface RunMap {
  readonly starts: readonly number[];
  readonly ran: readonly boolean[];
}

/** What ran, by offset: of the ranges around it the innermost tells. */
export function runMap({ functions }: Pick<ScriptCoverage, 'functions'>): RunMap {
  const ranges = functions
    .flatMap((each) => each.ranges)
    .sort((a, b) => a.startOffset - b.startOffset || b.endOffset - a.endOffset);
  const starts: number[] = [];
  const ran: boolean[] = [];
  const mark = (offset: number, value: boolean): void => {
    if (starts.at(-1) === offset) ran[ran.length - 1] = value;
    else if (ran.at(-1) !== value) {
      starts.push(offset);
      ran.push(value);
    }
  };
  // Outside of all ranges there is nothing of the script.
  const open: { readonly end: number; readonly ran: boolean }[] = [];
  mark(0, false);
  const closeBefore = (offset: number): void => {
    for (let last = open.at(-1); last && last.end <= offset; last = open.at(-1)) {
      open.pop();
      mark(last.end, open.at(-1)?.ran ?? false);
    }
  };
  for (const { startOffset, endOffset, count } of ranges) {
    closeBefore(startOffset);
    open.push({ end: endOffset, ran: count > 0 });
    mark(startOffset, count > 0);
  }
  closeBefore(Number.POSITIVE_INFINITY);
  return { starts, ran };
}

/** Whether the code at `offset` ran. */
export function ranAt(map: RunMap, offset: number): boolean {
  return map.ran[indexAt(map, offset)] ?? false;
}

/** Whether any of the code from `start` and before `end` ran. */
export function anyRan(map: RunMap, start: number, end: number): boolean {
  for (let index = indexAt(map, start); index < map.starts.length; index++) {
    if (map.starts[index]! >= end) return false;
    if (map.ran[index]) return true;
  }
  return false;
}

/** Of the last start that is not behind `offset`. */
function indexAt({ starts }: RunMap, offset: number): number {
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (starts[middle]! <= offset) low = middle;
    else high = middle - 1;
  }
  return low;
}
