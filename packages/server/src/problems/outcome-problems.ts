import { problem } from './definition.ts';

/**
 * What execution can answer. A statement that was ordered has an entry with one of these as its code; the node also
 * gives them as problems before ordering, when it can already see that the statement would fail.
 */
export const OUTCOME_PROBLEMS = {
  'member-suspended': problem(403, {
    en: 'The signing member is suspended.',
    zh: '签署成员已被暂停。',
    ru: 'Подписавший участник приостановлен.',
  }),
  'organisation-suspended': problem(403, {
    en: 'The organisation of the signing member is suspended.',
    zh: '签署成员所属的组织已被暂停。',
    ru: 'Организация подписавшего участника приостановлена.',
  }),
  'statement-quota-exceeded': problem(403, {
    en: 'The organisation has sent as many statements as the consortium allows it on one day (UTC); sign anew tomorrow.',
    zh: '该机构当日（UTC）的声明数已达联盟规定的上限；请明日重新签署。',
    ru: 'Организация отправила столько заявлений, сколько консорциум допускает за сутки (UTC); подпишите заново завтра.',
  }),
  'not-permitted': problem(403, {
    en: 'The policy of this method does not permit the signer to call it.',
    zh: '该方法的策略不允许签署者调用。',
    ru: 'Правила этого метода не позволяют подписавшему его вызвать.',
  }),
  'unknown-contract': problem(422, {
    en: 'There is no such contract on this chain.',
    zh: '本链没有该合约。',
    ru: 'На этой цепочке нет такого контракта.',
  }),
  'unknown-method': problem(422, {
    en: 'The contract has no such method.',
    zh: '该合约没有此方法。',
    ru: 'У контракта нет такого метода.',
  }),
  'args-invalid': problem(422, {
    en: 'The arguments do not have the form that the method declares; `errors` names each fault.',
    zh: '参数不符合方法声明的形式;`errors` 逐一列出。',
    ru: 'Аргументы не имеют вида, объявленного методом; ошибки перечислены в `errors`.',
  }),
  'contract-failed': problem(422, {
    en: 'The contract failed while it ran; nothing it did was kept.',
    zh: '合约运行时出错;其所有更改均未保留。',
    ru: 'Контракт завершился с ошибкой; ничего из сделанного им не сохранено.',
  }),
  'output-too-large': problem(422, {
    en: 'The contract’s output or events are larger than one statement may cause.',
    zh: '合约的输出或事件超过单条声明允许的大小。',
    ru: 'Вывод или события контракта больше, чем может вызвать одно заявление.',
  }),
  'writes-too-many': problem(422, {
    en: 'The contract writes more than one statement may cause.',
    zh: '合约的写入量超过单条声明的上限。',
    ru: 'Контракт записывает больше, чем может вызвать одно заявление.',
  }),
  'call-too-deep': problem(422, {
    en: 'Contracts call one another more deeply than is allowed.',
    zh: '合约之间的调用层级过深。',
    ru: 'Контракты вызывают друг друга глубже допустимого.',
  }),
  'events-too-many': problem(422, {
    en: 'The contract emits more events than one statement may cause.',
    zh: '合约发出的事件超过单条声明的上限。',
    ru: 'Контракт порождает больше событий, чем может вызвать одно заявление.',
  }),
  'reads-too-many': problem(422, {
    en: 'The contract reads more than one statement may cause.',
    zh: '合约的读取量超过单条声明的上限。',
    ru: 'Контракт читает больше, чем может вызвать одно заявление.',
  }),
  'schedules-too-many': problem(422, {
    en: 'The contract schedules more than one statement may cause.',
    zh: '合约安排的定时事项超过单条声明的上限。',
    ru: 'Контракт планирует больше, чем может вызвать одно заявление.',
  }),
  'host-calls-too-many': problem(422, {
    en: 'The contract asks for more hashes or signature checks than one statement may cause.',
    zh: '合约请求的哈希或验签次数超过单条声明的上限。',
    ru: 'Контракт требует больше хешей или проверок подписи, чем может вызвать одно заявление.',
  }),
  'calls-too-many': problem(422, {
    en: 'Contracts call one another more often than one statement may cause.',
    zh: '合约之间的调用次数超过单条声明的上限。',
    ru: 'Контракты вызывают друг друга чаще, чем может вызвать одно заявление.',
  }),
  'contract-migrating': problem(
    503,
    {
      en: 'The contract is being moved to its next version; sign the statement again in a moment.',
      zh: '合约正在迁移到新版本;请稍后重新签署。',
      ru: 'Контракт переводится на следующую версию; подпишите заявление снова немного позже.',
    },
    { retryable: true },
  ),
  refused: problem(409, {
    en: 'The contract refused the call; `code` says why.',
    zh: '合约拒绝了此调用;原因见 `code`。',
    ru: 'Контракт отказал в вызове; причина в `code`.',
  }),
} as const;
