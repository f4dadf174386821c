/** Text that is markup already, as opposed to text that has yet to be escaped. */
export type Markup = string & { readonly markup: unique symbol };

type Content = Markup | string | number;
type Attributes = Readonly<Record<string, string | number | null>>;

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
};

/** XML has no way to write most control characters, so they are left out. */
export function escaped(text: string): Markup {
  const plain = text.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '');
  return plain.replace(/[&<>"]/g, (sign) => ESCAPES[sign] ?? '') as Markup;
}

/** An element of other elements. Attributes that are null are left out. */
export function element(
  name: string,
  attributes: Attributes = {},
  children: readonly Markup[] = [],
): Markup {
  const inside = Object.entries(attributes)
    .map(([key, value]) => (value === null ? '' : ` ${key}="${escaped(`${value}`)}"`))
    .join('');
  return (
    children.length === 0
      ? `<${name}${inside}/>`
      : `<${name}${inside}>\n${children.join('\n')}\n</${name}>`
  ) as Markup;
}

/** An element of text. */
export function textElement(name: string, text: Content, attributes: Attributes = {}): Markup {
  const empty = element(name, attributes);
  const inside = escaped(`${text}`);
  return `${empty.slice(0, -2)}>${inside}</${name}>` as Markup;
}
