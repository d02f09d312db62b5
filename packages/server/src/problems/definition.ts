/** The languages Hefu speaks. A message is for people: nothing parses it, and no hash covers it. */
export const LANGUAGES = ['en', 'zh', 'ru'] as const;
export type Language = (typeof LANGUAGES)[number];

/** One kind of problem a client can meet. */
export interface ProblemDefinition {
  /** HTTP status it is answered with. */
  readonly status: number;
  /** Whether sending the same request again later can succeed. */
  readonly retryable: boolean;
  /** One sentence: what happened and, where there is something to do, what to do. */
  readonly title: Readonly<Record<Language, string>>;
}

export function problem(
  status: number,
  title: Readonly<Record<Language, string>>,
  options: { readonly retryable?: boolean } = {},
): ProblemDefinition {
  return { status, retryable: options.retryable ?? false, title };
}
