import type { ModuleTexts } from '@hefu/contract';

/** Texts of the module for people. */
export const EVIDENCE_TEXTS: ModuleTexts = {
  en: {
    title: 'Evidence',
    'refusal.already-deposited': 'This statement has made a deposit already; it can make only one.',
    'refusal.item-without-digest':
      'An item names its content by at least one digest, sha256 or sm3.',
    'refusal.readers-without-depositor':
      'The organisations that may read a deposit must include your own.',
    'problem.evidence-not-found': 'There is no such deposit that you may read.',
    'problem.item-not-found': 'The deposit has no item at this place.',
    'problem.items-not-here':
      'The items of this batch have not reached this node; ask the depositor’s node.',
    'problem.receipt-not-ready':
      'No final checkpoint covers this deposit yet; ask again in a moment.',
  },
  zh: {
    title: '电子存证',
    'refusal.already-deposited': '本声明已经存证一次；一份声明只能存证一次。',
    'refusal.item-without-digest': '每一项至少要有一个摘要：sha256 或 sm3。',
    'refusal.readers-without-depositor': '可读取该存证的机构中必须包括您自己的机构。',
    'problem.evidence-not-found': '没有您有权读取的该项存证。',
    'problem.item-not-found': '该存证在此位置没有内容。',
    'problem.items-not-here': '该批存证的内容尚未到达本节点，请向存证方的节点查询。',
    'problem.receipt-not-ready': '尚无最终检查点覆盖该存证，请稍后再试。',
  },
  ru: {
    title: 'Доказательства',
    'refusal.already-deposited':
      'Это заявление уже сдало доказательство на хранение; второй раз нельзя.',
    'refusal.item-without-digest':
      'У каждого предмета должна быть хотя бы одна хеш-сумма: sha256 или sm3.',
    'refusal.readers-without-depositor':
      'Среди организаций, которым открыт депозит, должна быть ваша собственная.',
    'problem.evidence-not-found': 'Нет такого депозита, который вам разрешено читать.',
    'problem.item-not-found': 'В депозите нет предмета на этом месте.',
    'problem.items-not-here':
      'Предметы этого пакета ещё не дошли до этого узла; обратитесь к узлу вкладчика.',
    'problem.receipt-not-ready':
      'Ни одна окончательная контрольная точка ещё не покрывает этот депозит; повторите позже.',
  },
};
