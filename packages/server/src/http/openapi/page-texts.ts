import type { Language } from '../../problems/definition.ts';

/** The words of our own pages; what comes from the document itself stays as it is. */
export interface PageTexts {
  readonly apiTitle: string;
  readonly apiLead: string;
  readonly document: string;
  readonly problems: string;
  readonly parameters: string;
  readonly name: string;
  readonly place: string;
  readonly form: string;
  readonly meaning: string;
  readonly body: string;
  readonly answers: string;
  readonly status: string;
  readonly codes: string;
  readonly example: string;
  readonly access: Readonly<Record<'public' | 'reader' | 'closed', string>>;
  readonly schemas: string;
  readonly required: string;
  readonly again: string;
  readonly yes: string;
  readonly no: string;
  readonly problemLead: string;
}

export const PAGE_TEXTS: Readonly<Record<Language, PageTexts>> = {
  en: {
    apiTitle: 'The HTTP interface of this node',
    apiLead: 'Every address it answers at, made from the schemas that check its requests.',
    document: 'The OpenAPI document',
    problems: 'All problem codes',
    parameters: 'Parameters',
    name: 'name',
    place: 'in',
    form: 'form',
    meaning: 'what it is',
    body: 'Body',
    answers: 'Answers',
    status: 'status',
    codes: 'codes',
    example: 'Example',
    access: {
      public: 'For everyone.',
      reader: 'For everyone; with a credential more can be seen.',
      closed: 'With a credential.',
    },
    schemas: 'Schemas',
    required: 'required',
    again: 'Can the same request succeed later?',
    yes: 'yes',
    no: 'no',
    problemLead: 'What the node says when it does not do what it was asked, by code.',
  },
  zh: {
    apiTitle: '本节点的 HTTP 接口',
    apiLead: '节点响应的全部地址,由校验请求的同一套模式生成。',
    document: 'OpenAPI 文档',
    problems: '全部问题代码',
    parameters: '参数',
    name: '名称',
    place: '位置',
    form: '形式',
    meaning: '含义',
    body: '请求体',
    answers: '响应',
    status: '状态码',
    codes: '代码',
    example: '示例',
    access: {
      public: '对所有人开放。',
      reader: '对所有人开放;出示凭据可看到更多。',
      closed: '须出示凭据。',
    },
    schemas: '模式',
    required: '必需',
    again: '相同的请求稍后能否成功?',
    yes: '能',
    no: '不能',
    problemLead: '节点未能照办时的答复,按代码排列。',
  },
  ru: {
    apiTitle: 'HTTP-интерфейс этого узла',
    apiLead:
      'Все адреса, по которым он отвечает; описание составлено из тех же схем, что проверяют запросы.',
    document: 'Документ OpenAPI',
    problems: 'Все коды проблем',
    parameters: 'Параметры',
    name: 'имя',
    place: 'где',
    form: 'вид',
    meaning: 'что это',
    body: 'Тело',
    answers: 'Ответы',
    status: 'статус',
    codes: 'коды',
    example: 'Пример',
    access: {
      public: 'Для всех.',
      reader: 'Для всех; с учётными данными видно больше.',
      closed: 'Только с учётными данными.',
    },
    schemas: 'Схемы',
    required: 'обязательно',
    again: 'Может ли тот же запрос удаться позже?',
    yes: 'да',
    no: 'нет',
    problemLead: 'Что отвечает узел, когда не делает того, о чём его просят, по кодам.',
  },
};

/** How each language calls itself. */
export const LANGUAGE_NAMES: Readonly<Record<Language, string>> = {
  en: 'English',
  zh: '中文',
  ru: 'Русский',
};
