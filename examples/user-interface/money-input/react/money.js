/** What reads and writes amounts of a currency, in its minor units, as a locale does. */
export function moneyFormat(locale, currency) {
  const latin = { numberingSystem: "latn" };
  const wholes = new Intl.NumberFormat(locale, latin);
  const currencies = new Intl.NumberFormat(locale, { ...latin, style: "currency", currency });
  const { maximumFractionDigits: places } = currencies.resolvedOptions();
  const amounts = new Intl.NumberFormat(locale, { ...latin, minimumFractionDigits: places, maximumFractionDigits: places });
  const group = tidied(partOf(wholes, "group"));
  const decimal = partOf(wholes, "decimal");
  const marks = [currency, partOf(currencies, "currency")];
  const pattern = new RegExp(`^(-?)(\\d*)(?:[${decimal}](\\d*))?$`);

  /** The text without group separators and spaces. */
  function bare(text) {
    return tidied(text).replaceAll(group, "").replaceAll(" ", "");
  }

  function written([, sign, whole, fraction]) {
    const grouped = whole === "" ? "" : wholes.format(BigInt(whole));
    return sign + grouped + (fraction === undefined ? "" : decimal + fraction);
  }

  return {
    /** The amount as text, with all decimal places; empty for null. */
    format(amount) {
      // A decimal string is written as it is; a quotient would be rounded to a float first.
      return amount === null ? "" : amounts.format(`${amount}E-${places}`);
    },

    /** What was typed: the `text` to show, and its `amount` or a `message`; both are null for an empty text. */
    read(typed, { min, max, isPasted }) {
      const unmarked = withoutMark(typed, marks);
      const digits = bare(unmarked);
      if (digits === "") return { text: typed, amount: null, message: null };

      const parts = pattern.exec(digits);
      const isMisgrouped = () => ![digits, tidied(written(parts))].includes(tidied(unmarked).trim());
      if (parts === null || !/\d/.test(digits) || (isPasted && isMisgrouped())) {
        return { text: typed, amount: null, message: `Enter an amount like ${this.format(123456)}` };
      }

      const [, sign, whole, fraction = ""] = parts;
      const invalid = (message) => ({ text: written(parts), amount: null, message });
      if (fraction.length > places) {
        return invalid(places === 0 ? "Enter no decimal places" : `Enter at most ${places} decimal places`);
      }
      const amount = BigInt(sign + whole + fraction.padEnd(places, "0"));
      if (amount < min) return invalid(`Enter at least ${this.format(min)}`);
      if (amount > max) return invalid(`Enter at most ${this.format(max)}`);
      return { text: written(parts), amount: Number(amount), message: null };
    },

    /** The place in `text` that has as many characters behind it as `rest`, group separators not counted. */
    caretBefore(rest, text, isBehindSeparator) {
      const count = bare(rest).length;
      let caret = text.length;
      while (caret > 0 && bare(text.slice(caret)).length < count) caret -= 1;
      while (!isBehindSeparator && caret > 0 && bare(text[caret - 1]) === "") caret -= 1;
      return caret;
    },
  };
}

function partOf(format, type) {
  return format.formatToParts(1234567.5).find((part) => part.type === type).value;
}

/** The text with one sort of spaces, apostrophes and minus, and without marks of direction. */
function tidied(text) {
  return text.replace(/\s/g, " ").replaceAll("’", "'").replaceAll("−", "-").replace(/\p{Cf}/gu, "");
}

function withoutMark(text, marks) {
  const mark = marks.find((each) => text.includes(each));
  if (mark === undefined) return text;
  const index = text.indexOf(mark);
  const sides = [text.slice(0, index), text.slice(index + mark.length)];
  return sides.every((side) => /\d/.test(side)) ? text : sides.join("");
}
