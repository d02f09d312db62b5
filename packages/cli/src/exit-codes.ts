/** What the program ends with; docs/reference/cli.md says the same. */
export const EXIT = {
  /** Done. */
  ok: 0,
  /** It did not work, for a reason that is none of the others. */
  failure: 1,
  /** The command line or a setting is wrong; nothing was done. */
  usage: 2,
  /** What was named is not there. */
  notFound: 3,
  /** The node or a contract refused, or what was verified does not hold. */
  refused: 4,
  /** Nobody answers, or something is busy or full: worth another try. */
  unavailable: 5,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];
