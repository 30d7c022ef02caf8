/**
 * What the kinds of fields differ in; a draft is what a control holds.
 *
 * `toDraft` takes a value, which may be missing, or a draft, and `toValue` a valid draft. `toText` is for reading; its
 * answer is empty if the draft is.
 */
export const KINDS = {
  text: {
    toDraft: (value) => value ?? "",
    toValue: (draft) => draft.trim(),
    toText: (draft) => draft.trim(),
  },
  number: {
    toDraft: (value) => String(value ?? ""),
    toValue: (draft) => (draft.trim() === "" ? null : Number(draft)),
    toText: (draft) => draft.trim(),
    isValid: (draft) => /^-?\d+(\.\d+)?$/.test(draft.trim()),
  },
  checkbox: {
    toDraft: (value) => value ?? false,
    toValue: (draft) => draft,
    toText: (draft) => (draft ? "Yes" : "No"),
    isEmpty: (draft) => !draft,
  },
  choice: {
    toDraft: (value, { options }) => (options.some((option) => option.value === value) ? value : ""),
    toValue: (draft) => draft,
    toText: (draft, { options }) => options.find(({ value }) => value === draft)?.label ?? "",
  },
};

/** What a role may do with a field: "edit", "see" or "nothing". */
export function accessOf(role, { editors = [], viewers = [] }) {
  if (editors.includes(role)) return "edit";
  return viewers.includes(role) ? "see" : "nothing";
}

/** What is wrong with a field's draft, or null. */
export function messageFor(field, draft) {
  const { toValue, isEmpty = (draft) => draft.trim() === "", isValid = () => true } = KINDS[field.kind];
  if (isEmpty(draft)) return field.required ? `${field.label} is required` : null;
  if (!isValid(draft)) return `${field.label} must be a number`;
  return field.rule?.(toValue(draft)) ?? null;
}
