import { problem } from './definition.ts';

/** Problems of reading: what is not there, not there any more, or not for this reader. */
export const READ_PROBLEMS = {
  'chain-not-found': problem(404, {
    en: 'This node holds no chain of that name.',
    zh: '本节点没有该名称的链。',
    ru: 'На этом узле нет цепочки с таким именем.',
  }),
  'statement-not-found': problem(404, {
    en: 'No statement with this id is on the ledger.',
    zh: '账本上没有此编号的声明。',
    ru: 'В журнале нет заявления с таким номером.',
  }),
  'tile-not-found': problem(404, {
    en: 'The log has no such tile, or has not grown to it yet.',
    zh: '日志中没有该分块,或尚未增长到此处。',
    ru: 'В журнале нет такого фрагмента, или он до него ещё не дорос.',
  }),
  'verifier-not-built': problem(404, {
    en: 'This node was installed without the verifier page: `npm run setup` builds it.',
    zh: '本节点安装时未包含核验页面:可用 `npm run setup` 生成。',
    ru: 'Узел установлен без страницы проверки: её собирает `npm run setup`.',
  }),
  'collection-not-found': problem(404, {
    en: 'There is no such contract or collection on this chain.',
    zh: '本链没有该合约或集合。',
    ru: 'На этой цепочке нет такого контракта или коллекции.',
  }),
  'state-absent': problem(404, {
    en: 'Nothing stands under this key; ask with proof=1 for a proof of that.',
    zh: '该键下没有内容;加 proof=1 可取得其不存在的证明。',
    ru: 'Под этим ключом ничего нет; доказательство отсутствия — с proof=1.',
  }),
  'height-pruned': problem(410, {
    en: 'The state at this height lies below the horizon and is no longer kept; ask for a later height.',
    zh: '该高度的状态已在保留范围之外;请查询更高的高度。',
    ru: 'Состояние на этой высоте уже не хранится; запросите более позднюю.',
  }),
  'height-not-reached': problem(404, {
    en: 'The chain has not reached this height yet.',
    zh: '本链尚未到达该高度。',
    ru: 'Цепочка ещё не достигла этой высоты.',
  }),
  'not-readable': problem(403, {
    en: 'Its declared readers do not include you; that it exists, and its digest, is public.',
    zh: '您不在其声明的读者之列;其存在与摘要是公开的。',
    ru: 'Вы не входите в число объявленных читателей; сам факт и дайджест открыты.',
  }),
  'attachment-not-found': problem(404, {
    en: 'This node does not hold an attachment with this digest that the named statement refers to.',
    zh: '本节点没有该声明所指摘要的附件。',
    ru: 'На узле нет вложения с таким дайджестом, на которое ссылается это заявление.',
  }),
  'object-unknown': problem(404, {
    en: 'The vault holds no object with this digest.',
    zh: '保险库中没有此摘要的对象。',
    ru: 'В хранилище нет объекта с таким дайджестом.',
  }),
  'object-erased': problem(410, {
    en: 'The object was erased: its key is destroyed and only the digest remains.',
    zh: '该对象已被抹除:密钥已销毁,仅存摘要。',
    ru: 'Объект стёрт: его ключ уничтожен, остался только дайджест.',
  }),
  'object-damaged': problem(500, {
    en: 'The object on this node’s disk is damaged; restore it from a backup.',
    zh: '本节点磁盘上的对象已损坏;请从备份恢复。',
    ru: 'Объект на диске узла повреждён; восстановите его из резервной копии.',
  }),
  'object-mismatch': problem(422, {
    en: 'What was sent does not have the digest or the size that the request says; nothing was kept.',
    zh: '所发送内容的摘要或大小与请求不符;未保存任何内容。',
    ru: 'Дайджест или размер присланного не те, что указаны в запросе; ничего не сохранено.',
  }),
  'object-too-large': problem(413, {
    en: 'The object is larger than one object may be.',
    zh: '对象超过单个对象的大小上限。',
    ru: 'Объект больше допустимого для одного объекта.',
  }),
  'quota-exceeded': problem(
    507,
    {
      en: 'The vault has reached its quota; nothing was kept.',
      zh: '保险库已达配额;未保存任何内容。',
      ru: 'Хранилище исчерпало квоту; ничего не сохранено.',
    },
    { retryable: true },
  ),
  'storage-full': problem(
    507,
    {
      en: 'The disk under the vault is full; nothing was kept.',
      zh: '保险库所在磁盘已满;未保存任何内容。',
      ru: 'Диск хранилища заполнен; ничего не сохранено.',
    },
    { retryable: true },
  ),
  'storage-read-only': problem(
    503,
    {
      en: 'The vault’s folder may not be written to; the operator must give the node the right to.',
      zh: '保险库目录不可写;须由运维者授予节点写入权限。',
      ru: 'В каталог хранилища нельзя писать; оператор должен дать узлу это право.',
    },
    { retryable: true },
  ),
  'storage-unreachable': problem(
    503,
    {
      en: 'The storage under the vault does not answer; ask again in a moment.',
      zh: '保险库的存储服务没有响应;请稍后再试。',
      ru: 'Хранилище объектов не отвечает; повторите позже.',
    },
    { retryable: true },
  ),
  'decryption-key-missing': problem(500, {
    en: 'The object is encrypted to a key that this node’s keystore does not hold.',
    zh: '对象所用的加密密钥不在本节点的密钥库中。',
    ru: 'Объект зашифрован ключом, которого нет в хранилище ключей узла.',
  }),
  'digest-malformed': problem(400, {
    en: 'A digest is 64 hexadecimal digits, lower case.',
    zh: '摘要为 64 位小写十六进制数字。',
    ru: 'Дайджест — 64 шестнадцатеричные цифры в нижнем регистре.',
  }),
  'range-not-satisfiable': problem(416, {
    en: 'The range asked for lies outside the object.',
    zh: '请求的范围超出对象。',
    ru: 'Запрошенный диапазон вне объекта.',
  }),
  'receipt-unavailable': problem(
    503,
    {
      en: 'The receipt cannot be made yet: its checkpoint is not final.',
      zh: '凭证尚无法生成:其检查点还未最终确定。',
      ru: 'Квитанцию ещё нельзя составить: её контрольная точка не окончательна.',
    },
    { retryable: true },
  ),
  'validator-not-found': problem(404, {
    en: 'This chain has no validator of that name; `validators` lists those it has.',
    zh: '本链没有该名称的验证者;`validators` 列出现有的验证者。',
    ru: 'В этой цепочке нет валидатора с таким именем; имеющиеся перечислены в `validators`.',
  }),
  'query-timeout': problem(
    504,
    {
      en: 'The query took too long and was given up; narrow it down, or ask for a shorter page.',
      zh: '查询耗时过长,已被中止;请缩小范围或减少每页数量。',
      ru: 'Запрос выполнялся слишком долго и прерван; сузьте его или запросите страницу короче.',
    },
    { retryable: true },
  ),
  'read-model-unavailable': problem(
    503,
    {
      en: 'The read model is being rebuilt or is switched off; proofs, receipts and state are served as always.',
      zh: '读模型正在重建或已关闭;证明、凭证与状态照常提供。',
      ru: 'Модель чтения перестраивается или выключена; доказательства, квитанции и состояние доступны.',
    },
    { retryable: true },
  ),
} as const;
