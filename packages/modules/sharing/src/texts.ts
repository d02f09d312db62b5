import type { ModuleTexts } from '@hefu/contract';

/** Texts of the module for people. */
export const SHARING_TEXTS: ModuleTexts = {
  en: {
    title: 'Sharing',
    'problem.grant-not-found': 'There is no such grant that you may read.',
    'refusal.grantee-is-granter':
      'An organisation has its own objects; a grant is for another one.',
    'refusal.readers-incomplete': 'Those who may read of it must include everybody it concerns.',
    'refusal.already-granted': 'This statement has made a grant already; it can make only one.',
    'refusal.object-erased': 'Your organisation has recorded that it erased this object.',
    'refusal.unknown-grant': 'There is no such grant of your organisation.',
    'refusal.already-revoked': 'The grant was revoked before.',
    'refusal.already-erased': 'Your organisation has recorded this erasure before.',
    'refusal.encryption-algorithm-wrong':
      'The chain wraps keys with x25519, or with sm2 where its suite is gm.',
    'refusal.encryption-key-invalid': 'It is no public key of this algorithm.',
  },
  zh: {
    title: '数据共享',
    'problem.grant-not-found': '没有您可读取的此项授权。',
    'refusal.grantee-is-granter': '机构拥有自己的对象;授权只能给其他机构。',
    'refusal.readers-incomplete': '可读取者中必须包括所有相关机构。',
    'refusal.already-granted': '本声明已经作出一次授权;一份声明只能授权一次。',
    'refusal.object-erased': '贵机构已登记抹除该对象。',
    'refusal.unknown-grant': '贵机构没有此项授权。',
    'refusal.already-revoked': '该授权此前已撤销。',
    'refusal.already-erased': '贵机构此前已登记该次抹除。',
    'refusal.encryption-algorithm-wrong': '本链用 x25519 封装密钥;国密套件的链用 sm2。',
    'refusal.encryption-key-invalid': '这不是该算法的公钥。',
  },
  ru: {
    title: 'Обмен данными',
    'problem.grant-not-found': 'Такого доступа, который вам можно читать, нет.',
    'refusal.grantee-is-granter':
      'Свои объекты у организации и так есть; доступ даётся другой организации.',
    'refusal.readers-incomplete': 'Среди читателей должны быть все, кого это касается.',
    'refusal.already-granted': 'Это заявление уже дало доступ; второй раз нельзя.',
    'refusal.object-erased': 'Ваша организация записала, что стёрла этот объект.',
    'refusal.unknown-grant': 'У вашей организации нет такого доступа.',
    'refusal.already-revoked': 'Этот доступ уже отозван.',
    'refusal.already-erased': 'Ваша организация уже записала это стирание.',
    'refusal.encryption-algorithm-wrong':
      'Ключи в этой цепочке заворачиваются по x25519, а в цепочке набора gm — по sm2.',
    'refusal.encryption-key-invalid': 'Это не открытый ключ данного алгоритма.',
  },
};
