/** Thrown inside a contract that reaches for what it was not given. */
export class AmbientUse extends Error {
  override readonly name = 'AmbientUse';
}

/** Globals that give a clock, chance, the network, a locale, or what the collector did. */
const GLOBALS = [
  'Date',
  'performance',
  'crypto',
  'fetch',
  'setTimeout',
  'setInterval',
  'setImmediate',
  'queueMicrotask',
  'Intl',
  'WeakRef',
  'FinalizationRegistry',
] as const;

/** Functions of `Math` that may differ from engine to engine, or by chance. */
const MATHS = (
  'random sin cos tan asin acos atan atan2 sinh cosh tanh asinh acosh atanh exp expm1 log log2 ' +
  'log10 log1p pow sqrt cbrt hypot fround'
).split(' ');

/** Methods whose result hangs on a locale or on the engine's Unicode tables. */
const TEXTS =
  'toLowerCase toUpperCase toLocaleLowerCase toLocaleUpperCase localeCompare normalize'.split(' ');

/** Traps for the time of a synchronous call, to be lifted while host functions run. */
export class AmbientTraps {
  readonly used = new Set<string>();
  #undo: (() => void)[] = [];

  /** Runs `body` with the traps set. */
  within<T>(body: () => T): T {
    this.#set();
    try {
      return body();
    } finally {
      this.#lift();
    }
  }

  /** Runs `body` without the traps, if they are set. */
  outside<T>(body: () => T): T {
    const wereSet = this.#undo.length > 0;
    if (wereSet) this.#lift();
    try {
      return body();
    } finally {
      if (wereSet) this.#set();
    }
  }

  #set(): void {
    for (const name of GLOBALS) this.#trap(globalThis, name, name);
    for (const name of MATHS) this.#trapCall(Math, name, `Math.${name}`);
    for (const name of TEXTS) this.#trapCall(String.prototype, name, `String.prototype.${name}`);
    this.#trapCall(Number.prototype, 'toLocaleString', 'Number.prototype.toLocaleString');
  }

  #lift(): void {
    for (const undo of this.#undo.toReversed()) undo();
    this.#undo = [];
  }

  /** Any use of the global, even to read it, is told. */
  #trap(owner: object, name: string, shown: string): void {
    this.#replace(owner, name, { configurable: true, get: () => this.#tell(shown) });
  }

  #trapCall(owner: object, name: string, shown: string): void {
    this.#replace(owner, name, {
      configurable: true,
      writable: true,
      value: () => this.#tell(shown),
    });
  }

  #replace(owner: object, name: string, trap: PropertyDescriptor): void {
    const before = Object.getOwnPropertyDescriptor(owner, name);
    if (before?.configurable !== true) return;
    Object.defineProperty(owner, name, trap);
    this.#undo.push(() => {
      Object.defineProperty(owner, name, before);
    });
  }

  #tell(name: string): never {
    this.used.add(name);
    throw new AmbientUse(name);
  }
}
