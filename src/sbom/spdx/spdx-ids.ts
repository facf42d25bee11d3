/** Ids of SPDX elements, which allow fewer characters than ours: the same ids in the same order get the same ones. */
export class SpdxIds {
  readonly #byId = new Map<string, string>();
  readonly #taken = new Set<string>();

  add(id: string, type: string): void {
    const isPackage = id.startsWith('pkg:');
    const word = (isPackage ? id.slice(4) : id).replace(/[^A-Za-z0-9.]+/g, '-');
    const base = isPackage ? `SPDXRef-${word}` : `SPDXRef-${type}-${word}`;
    let own = base;
    for (let more = 2; this.#taken.has(own); more++) own = `${base}-${more}`;
    this.#taken.add(own);
    this.#byId.set(id, own);
  }

  of(id: string): string {
    return this.#byId.get(id)!;
  }
}
