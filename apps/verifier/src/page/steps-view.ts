import type { Examination, Step } from '../engine/examine.ts';
import type { Texts } from '../texts/texts.ts';
import { h } from './dom.ts';
import { stateIcon } from './icons.ts';
import { stepPicture, stepValues } from './step-values.ts';
import type { StepContext } from './step-values.ts';

/** The steps of one receipt, one under the other, each with its finding and what it rests on. */
export function drawSteps(examination: Examination, context: StepContext): HTMLElement {
  const { texts } = context;
  return h(
    'section',
    { class: 'steps', 'aria-labelledby': 'steps-title' },
    h('h2', { id: 'steps-title' }, texts.stepsTitle),
    h(
      'ol',
      { class: 'chain' },
      examination.steps.map((step) => drawStep(step, context)),
    ),
  );
}

function drawStep(step: Step, context: StepContext): HTMLElement {
  const { texts } = context;
  const values = stepValues(step, context).filter((each) => each !== undefined);
  return h(
    'li',
    { class: `step ${step.state}`, 'data-step': step.id, 'data-code': step.code },
    h('div', { class: 'mark' }, stateIcon(step.state)),
    h(
      'div',
      { class: 'body' },
      h(
        'div',
        { class: 'title' },
        h('h3', {}, texts.steps[step.id]),
        h('p', { class: 'state' }, texts.state[step.state]),
      ),
      h('p', { class: 'reason' }, reasonOf(texts, step)),
      stepPicture(step, context),
      values.length === 0
        ? undefined
        : h(
            'details',
            { open: step.state === 'bad' },
            h(
              'summary',
              { 'aria-label': `${texts.details}: ${texts.steps[step.id]}` },
              texts.details,
            ),
            values,
          ),
    ),
  );
}

/** Why a step holds or does not, in words, with its code for those who look it up. */
function reasonOf(texts: Texts, step: Step): (string | HTMLElement)[] {
  if (step.state === 'good') return [texts.why[step.id]];
  const code = step.code ?? '';
  return [`${texts.codes[code] ?? code} `, h('code', { class: 'code' }, code)];
}
