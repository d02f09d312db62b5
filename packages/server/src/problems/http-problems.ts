import { problem } from './definition.ts';

/** Problems of the request itself, before any chain has looked at it, and of the node as a whole. */
export const HTTP_PROBLEMS = {
  'route-not-found': problem(404, {
    en: 'There is nothing at this address.',
    zh: '此地址没有任何资源。',
    ru: 'По этому адресу ничего нет.',
  }),
  'method-not-allowed': problem(405, {
    en: 'This address does not take this method; the Allow header lists those it takes.',
    zh: '此地址不支持该方法;可用的方法见 Allow 头。',
    ru: 'Этот адрес не принимает такой метод; допустимые перечислены в заголовке Allow.',
  }),
  'url-malformed': problem(400, {
    en: 'The address cannot be decoded: check its percent-encoding.',
    zh: '地址无法解码:请检查百分号编码。',
    ru: 'Адрес не удаётся декодировать: проверьте процентное кодирование.',
  }),
  'http-malformed': problem(400, {
    en: 'The request is not well-formed HTTP/1.1.',
    zh: '请求不是格式正确的 HTTP/1.1。',
    ru: 'Запрос не является правильным HTTP/1.1.',
  }),
  'headers-too-large': problem(431, {
    en: 'The header section of the request is too large.',
    zh: '请求的头部过大。',
    ru: 'Заголовки запроса слишком велики.',
  }),
  'request-timeout': problem(
    408,
    {
      en: 'The request did not arrive in time; send it again over a better connection.',
      zh: '请求未能及时到达;请在更好的网络下重新发送。',
      ru: 'Запрос не пришёл вовремя; отправьте его снова по лучшему соединению.',
    },
    { retryable: true },
  ),
  'body-too-large': problem(413, {
    en: 'The body is larger than this address takes.',
    zh: '请求体超过此地址允许的大小。',
    ru: 'Тело запроса больше, чем принимает этот адрес.',
  }),
  'body-incomplete': problem(400, {
    en: 'The body is shorter or longer than its Content-Length says.',
    zh: '请求体的长度与 Content-Length 不符。',
    ru: 'Длина тела запроса не совпадает с Content-Length.',
  }),
  'unsupported-media-type': problem(415, {
    en: 'This address does not take a body of this media type.',
    zh: '此地址不接受这种媒体类型的请求体。',
    ru: 'Этот адрес не принимает тело такого типа.',
  }),
  'body-encoding-unsupported': problem(415, {
    en: 'Bodies are taken as they are, without Content-Encoding.',
    zh: '请求体须按原样发送,不得使用 Content-Encoding。',
    ru: 'Тела запросов принимаются как есть, без Content-Encoding.',
  }),
  'not-acceptable': problem(406, {
    en: 'None of the media types in the Accept header can be made of this.',
    zh: '无法提供 Accept 头中的任何一种媒体类型。',
    ru: 'Ни один из типов в заголовке Accept здесь не доступен.',
  }),
  'suite-has-no-standard': problem(406, {
    en: 'The standard behind this format fixes SHA-256, and this chain hashes with SM3; take the JSON receipt.',
    zh: '该格式的标准限定 SHA-256,而本链使用 SM3;请使用 JSON 凭证。',
    ru: 'Стандарт этого формата требует SHA-256, а эта цепочка использует SM3; возьмите квитанцию в JSON.',
  }),
  'json-malformed': problem(400, {
    en: 'The body is not valid JSON.',
    zh: '请求体不是有效的 JSON。',
    ru: 'Тело запроса не является правильным JSON.',
  }),
  'request-invalid': problem(400, {
    en: 'Parts of the request do not have the form they must have; `errors` names each.',
    zh: '请求的某些部分格式不正确;`errors` 逐一列出。',
    ru: 'Части запроса имеют неверную форму; каждая названа в `errors`.',
  }),
  'batch-empty': problem(400, {
    en: 'The body holds no statement.',
    zh: '请求体中没有任何声明。',
    ru: 'В теле запроса нет ни одного заявления.',
  }),
  'batch-malformed': problem(400, {
    en: 'The body is not a sequence of whole CBOR items: it breaks off or holds something else.',
    zh: '请求体不是完整的 CBOR 序列:内容中断或含有其他数据。',
    ru: 'Тело запроса не является последовательностью целых элементов CBOR: оно обрывается или содержит иное.',
  }),
  'batch-too-large': problem(413, {
    en: 'One body carries at most 1,000 statements; send the rest in further ones.',
    zh: '一个请求体最多携带 1,000 条声明;其余请分多次发送。',
    ru: 'Одно тело несёт не более 1000 заявлений; остальные отправьте отдельно.',
  }),
  'cursor-invalid': problem(400, {
    en: 'The cursor was not given out by this node for this query; start again without one.',
    zh: '该游标不是本节点为此查询发出的;请不带游标重新开始。',
    ru: 'Этот курсор не выдан данным узлом для этого запроса; начните снова без курсора.',
  }),
  'credential-required': problem(401, {
    en: 'This address is not for everybody: sign in, or send an API key or the operator’s token.',
    zh: '此地址不对所有人开放:请登录,或发送 API 密钥或运维者令牌。',
    ru: 'Этот адрес не для всех: войдите или пришлите ключ API либо токен оператора.',
  }),
  'credential-wrong': problem(401, {
    en: 'The key or token is not one of this node, or counts no more.',
    zh: '该密钥或令牌不属于本节点,或已失效。',
    ru: 'Ключ или токен не от этого узла либо больше не действует.',
  }),
  'rate-limited': problem(
    429,
    {
      en: 'Too many requests from this user, key or address in a short time; Retry-After says when to go on.',
      zh: '此用户、密钥或地址短时间内请求过多;何时可继续见 Retry-After。',
      ru: 'Слишком много запросов от этого пользователя, ключа или адреса за короткое время; когда продолжать, говорит Retry-After.',
    },
    { retryable: true },
  ),
  'idempotency-in-flight': problem(
    409,
    {
      en: 'A request with this Idempotency-Key is under way; ask again in a moment for its answer.',
      zh: '使用此 Idempotency-Key 的请求正在处理;请稍后再取其结果。',
      ru: 'Запрос с этим Idempotency-Key ещё выполняется; спросите его ответ через мгновение.',
    },
    { retryable: true },
  ),
  'idempotency-key-reused': problem(422, {
    en: 'This Idempotency-Key came with another request before; take a new key for a new request.',
    zh: '此 Idempotency-Key 已用于另一请求;新请求请使用新的键。',
    ru: 'Этот Idempotency-Key уже приходил с другим запросом; для нового запроса возьмите новый ключ.',
  }),
  'streams-full': problem(
    503,
    {
      en: 'As many event streams are open as this node holds; try again in a moment, or keep one stream for all.',
      zh: '打开的事件流已达本节点上限;请稍后再试,或合用一条流。',
      ru: 'Открыто столько потоков событий, сколько держит узел; попробуйте через мгновение или обойдитесь одним потоком.',
    },
    { retryable: true },
  ),
  'webhook-not-found': problem(404, {
    en: 'There is no webhook with this id.',
    zh: '没有此编号的 webhook。',
    ru: 'Вебхука с таким идентификатором нет.',
  }),
  'webhooks-full': problem(409, {
    en: 'As many webhooks are kept as a chain may have; delete one that is not needed.',
    zh: 'webhook 数量已达一条链的上限;请删除不需要的。',
    ru: 'Вебхуков столько, сколько может быть у цепочки; удалите ненужный.',
  }),
  'webhook-address-refused': problem(422, {
    en: 'Events are not sent to this address: it must be https, without a user name, and lead outside of private networks unless the operator allows them.',
    zh: '不向此地址发送事件:须为 https,不含用户名,且除非运维者允许,不得指向私有网络。',
    ru: 'По этому адресу события не отправляются: нужен https без имени пользователя и не в частные сети, если их не разрешил оператор.',
  }),
  'node-starting': problem(
    503,
    {
      en: 'The node is still starting; try again in a moment.',
      zh: '节点正在启动;请稍后再试。',
      ru: 'Узел ещё запускается; попробуйте через мгновение.',
    },
    { retryable: true },
  ),
  'node-stopping': problem(
    503,
    {
      en: 'The node is being stopped and takes no more requests.',
      zh: '节点正在停止,不再接受请求。',
      ru: 'Узел останавливается и больше не принимает запросов.',
    },
    { retryable: true },
  ),
  'internal-error': problem(500, {
    en: 'Something went wrong inside the node; its log has more under the trace id.',
    zh: '节点内部出错;日志中可按 trace id 查到详情。',
    ru: 'Внутри узла произошла ошибка; подробности в его журнале по traceId.',
  }),
} as const;
