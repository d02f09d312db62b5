/** The program's surroundings, so that tests can give their own. */
export interface Io {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly stdout: TextSink;
  readonly stderr: TextSink;
  /** Everything on standard input, as text. */
  readStdin(): Promise<string>;
  /** Milliseconds UTC. */
  readonly now: () => number;
  /** Resolves when somebody asks the program to stop. */
  stopped(): Promise<void>;
}

/** Where text goes. */
export interface TextSink {
  write(text: string | Uint8Array): void;
  readonly isTty: boolean;
  /** Width of the terminal in characters; 80 where there is none. */
  readonly columns: number;
}
