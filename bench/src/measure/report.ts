/** One line of a bench table: a measured figure, and its ratio to a limit measured in the same run. */
export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  /** What the value is held against, measured in the same run. */
  readonly against?: { readonly name: string; readonly value: number };
  /** The goal, for the ratio where there is something to hold against, otherwise for the value. */
  readonly goal?: { readonly atLeast: number } | { readonly below: number };
}

/** Value over limit; undefined where there is no limit. */
export function ratioOf(figure: Figure): number | undefined {
  return figure.against === undefined ? undefined : figure.value / figure.against.value;
}

/** Whether the goal is met; undefined where there is none. */
export function goalMet(figure: Figure): boolean | undefined {
  if (figure.goal === undefined) return undefined;
  const held = ratioOf(figure) ?? figure.value;
  return 'atLeast' in figure.goal ? held >= figure.goal.atLeast : held < figure.goal.below;
}

/** The figures as a Markdown table. */
export function tableOf(figures: readonly Figure[]): string {
  const rows = figures.map((figure) => {
    const ratio = ratioOf(figure);
    const { name = '', value = 0 } = figure.against ?? {};
    return [
      figure.name,
      `${numberText(figure.value)} ${figure.unit}`,
      ratio === undefined ? '' : `${ratio.toFixed(3)} of ${name} (${numberText(value)})`,
      goalText(figure),
      { true: 'met', false: 'missed', undefined: '' }[String(goalMet(figure))] ?? '',
    ];
  });
  const head = ['figure', 'measured', 'ratio', 'goal', ''];
  return [head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n');
}

function goalText({ goal }: Figure): string {
  if (goal === undefined) return '';
  return 'atLeast' in goal ? `≥ ${numberText(goal.atLeast)}` : `< ${numberText(goal.below)}`;
}

function numberText(value: number): string {
  if (value >= 100) return Math.round(value).toLocaleString('en-US');
  return String(Number(value.toPrecision(3)));
}
